"""What can be answered about a person, a post and a programme year."""

from django.db.models import TextChoices


class StandardSet(TextChoices):
    """The standards that practice is assessed against (domain 7.1)."""

    PQS_2018 = "pqs-2018", "Post-qualifying standard: child and family practitioner"
    KSS_ADULTS = "kss-adults-2015", "Knowledge and skills statement: social workers in adult services"
    EARLY_CAREER = "early-career-2027", "Child and family social worker early career standards"


class RequirementSet(TextChoices):
    """What a year asks for, kind by kind (domain 7.3): each is a file of assessments/requirement_sets."""

    REFRESHED_2022 = "refreshed-2022", "Refreshed set, from September 2022"
    FOUR_PART_2015 = "four-part-2015", "Four-part set of 2015"
    ADULTS_2015 = "adults-2015", "ASYE with adults"
    TWO_YEAR_DRAFT = "two-year-draft", "Early career development programme, draft"


class Evidence(TextChoices):
    """The kinds of evidence of which a year may adjust the least number (domain 7.3)."""

    DIRECT_OBSERVATION = "direct_observation", "Direct observations"
    FEEDBACK_FAMILIES = "feedback_families", "Feedback from people who use services"
    FEEDBACK_PROFESSIONALS = "feedback_professionals", "Feedback from other professionals"
    WRITTEN_REPORT = "written_report", "Written reports or records"
    CRITICAL_REFLECTION = "critical_reflection", "Critical reflections"
    SELF_ASSESSMENT = "self_assessment", "Self-assessments"
    DEVELOPMENT_PLAN = "development_plan", "Development plans"


class Milestone(TextChoices):
    """The two payments of a person's year (rule P1)."""

    REGISTRATION = "registration", "Registration"
    COMPLETION = "completion", "Completion"


class AdjustmentWish(TextChoices):
    """Whether the NQSW wishes reasonable adjustments (domain 4.2)."""

    YES = "yes", "Yes"
    NO = "no", "No"
    NOT_SAID = "prefer_not_to_say", "Prefer not to say"


class ServiceArea(TextChoices):
    """Where in a child and family service they work (domain 4.2)."""

    ASSESSMENT = "assessment", "Referral and assessment"
    EARLY_HELP = "early_help", "Early help and family support"
    PROTECTION = "protection", "Child protection and children in need"
    CARE = "care", "Children in care"
    LEAVING_CARE = "leaving_care", "Leaving care"
    FOSTERING = "fostering", "Fostering"
    ADOPTION = "adoption", "Adoption"
    DISABILITY = "disability", "Disabled children"
    YOUTH_JUSTICE = "youth_justice", "Youth justice"
    COURTS = "courts", "Family courts"
    HEALTH = "health", "Hospital or health service"
    SCHOOL = "school", "School or academy"
    OTHER = "other", "Another area"


class Route(TextChoices):
    """How the person came to qualify (domain 3.3)."""

    STEP_UP = "step_up", "Step Up to Social Work"
    APPROACH = "approach", "Approach Social Work"
    APPRENTICESHIP = "apprenticeship", "Degree apprenticeship"
    UNDERGRADUATE = "undergraduate", "Undergraduate degree"
    POSTGRADUATE = "postgraduate", "Postgraduate degree"
    OTHER = "other", "Another route"


class Qualification(TextChoices):
    """Highest qualification (domain 4.2)."""

    BA = "ba", "BA"
    BSC = "bsc", "BSc"
    MA = "ma", "MA"
    MSC = "msc", "MSc"
    PGDIP = "pgdip", "Postgraduate diploma"
    OTHER = "other", "Another qualification at degree level"


class Contract(TextChoices):
    """Contract type (domain 4.2)."""

    PERMANENT = "permanent", "Permanent"
    FIXED_TERM = "fixed_term", "Fixed term"
    AGENCY = "agency", "Agency"
    LOCUM = "locum", "Locum"


class DeferralReason(TextChoices):
    """Why a year is paused (decision D12). Capability is never a reason."""

    PARENTAL = "parental", "Parental leave"
    SICKNESS = "sickness", "Sickness"
    BEREAVEMENT = "bereavement", "Bereavement"
    ADJUSTMENT = "adjustment", "Adjustment not in place"
    SUPPORT = "support", "Employer cannot give support"
    EMPLOYER_CHANGE = "employer_change", "Change of employer"
    OTHER = "other", "Another reason"
