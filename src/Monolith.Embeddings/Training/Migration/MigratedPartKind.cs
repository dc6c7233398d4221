namespace Monolith.Embeddings.Training;

/// <summary>What a line of a <see cref="SchemaMigrationReport"/> is about.</summary>
public enum MigratedPartKind
{
    /// <summary>The rows of a table.</summary>
    Table,

    /// <summary>A segment of the rows of a table, its weights and the state of its optimizer.</summary>
    Segment,

    /// <summary>What the admission filter of a table has counted.</summary>
    AdmissionFilter,

    /// <summary>A slot of the schema.</summary>
    Slot,

    /// <summary>A task of the schema, with what was measured of it in total.</summary>
    Task,

    /// <summary>A section of the dense model: weights, or the state of their optimizer.</summary>
    Dense,

    /// <summary>What a derived feature has learned: bounds of quantiles, or moments.</summary>
    Derived,

    /// <summary>The correction behind a model.</summary>
    Calibration,

    /// <summary>What else the commit held: position and totals of the trainer, the state of its source.</summary>
    Section,
}
