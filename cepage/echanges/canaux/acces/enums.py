"""What a certificate bound to a key is for."""

from django.db import models


class Usage(models.TextChoices):
    """Signing one's own messages, or vouching for those who sign them."""

    MESSAGE = "message", "Signer les messages"
    ASSERTION = "assertion", "Émettre des assertions InterOPS"
