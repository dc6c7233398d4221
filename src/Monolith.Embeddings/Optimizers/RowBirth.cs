using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Optimizers;

/// <summary>How a row was created.</summary>
public readonly record struct RowBirth
{
    /// <summary>The id that owns it.</summary>
    public required long Id { get; init; }

    /// <summary>The trainer's global step, from 0.</summary>
    public required long Step { get; init; }

    /// <summary>
    /// How often the id occurred so far, as far as the admission filter can say, those of the call that creates the row included: at least
    /// 1. Those of that call alone where no optimizer of the table says that it <see cref="Optimizer.UsesOccurrences"/>.
    /// </summary>
    public required long Occurrences { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(RowBirth), PrintMembers);
}
