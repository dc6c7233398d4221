namespace Monolith.Embeddings.Training;

/// <summary>What became of a part by a <see cref="SchemaMigration"/>.</summary>
public enum MigrationOutcome
{
    /// <summary>It is as it was, to the bit.</summary>
    Kept,

    /// <summary>Some of it is as it was; <see cref="MigratedPart.Reason"/> says what is not.</summary>
    KeptInPart,

    /// <summary>It begins as in a model that has learned nothing.</summary>
    New,

    /// <summary>The old store has it, and the new one does not.</summary>
    Dropped,
}
