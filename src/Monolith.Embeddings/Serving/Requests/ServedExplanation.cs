using System.Globalization;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tables.Observing;

namespace Monolith.Embeddings.Serving;

/// <summary>What a predictor knows of an id, see <see cref="Predictor.Explain"/>. Immutable.</summary>
public sealed record ServedExplanation
{
    /// <summary>The table's name.</summary>
    public required string Table { get; init; }

    /// <summary>The id.</summary>
    public required long Id { get; init; }

    /// <summary>Whether the id has a row.</summary>
    public required bool HasRow { get; init; }

    /// <summary>The Euclidean norm of its weights, as they are held here; null without a row.</summary>
    public double? WeightNorm { get; init; }

    /// <summary>The number of the commit as of which a replica has the table; null where the table is the trainer's own.</summary>
    public ulong? Number { get; init; }

    /// <summary>
    /// When and why the id last lost a row, where a replica was asked by <see cref="ModelReplica.ExplainAsync"/> and the trainer audits
    /// removals (<see cref="Training.SynchronizationOptions.RemovalAudit"/>); else null.
    /// </summary>
    public RowRemoval? LastRemoval { get; init; }

    /// <summary>What the trainer's own table says; null in a replica, which has weights alone.</summary>
    public RowExplanation? Row { get; init; }

    /// <summary>The same in words.</summary>
    public override string ToString()
    {
        if (Row is not null) return Row.ToString();
        var row = HasRow ? $"has a row, norm {WeightNorm:G6}" : "has no row";
        return string.Create(CultureInfo.InvariantCulture, $"Table '{Table}', id {Id}: {row}, as of commit {Number}.{Lost()}");
    }

    private string Lost() => LastRemoval is { } removal
        ? $" It lost {(HasRow ? "one before" : "its row")}: {ExplanationText.Words(removal)}."
        : "";
}
