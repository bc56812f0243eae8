"""Files of patients: entries, envelopes, facts, and their content as FHIR R4. Pure."""
