namespace Monolith.Embeddings.Training.Commits;

/// <summary>The names of sections of a commit that are only sometimes there. Stored: they must stay.</summary>
internal static class TrainerSections
{
    /// <summary>How well items were ranked in total.</summary>
    public const string Ranking = "ranking";

    /// <summary>The totals of the model alone, where something corrects it.</summary>
    public const string Uncorrected = "uncorrected-metrics";
}
