"""Code lists, territories, populations and working days: what every room looks up and none invents.

Every reader works on packaged files, without Django; `source.definir_fournisseur` lets a newer official
list, imported and dated, take over from its date.
"""
