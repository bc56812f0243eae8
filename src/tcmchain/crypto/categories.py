"""What a record can be about: each category of each relation has a key of its own."""

from enum import StrEnum


class Category(StrEnum):
    """身份 疾病 医保 体征 用药 影像 敏感 急救, in this order."""

    IDENTITY = "identity"
    DISEASE = "disease"
    INSURANCE = "insurance"
    VITALS = "vitals"
    MEDICATION = "medication"
    IMAGING = "imaging"
    SENSITIVE = "sensitive"
    EMERGENCY = "emergency"
