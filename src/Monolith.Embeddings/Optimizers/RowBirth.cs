using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Optimizers;

/// <summary>How a row came to be created.</summary>
/// <param name="Id">The id that owns it.</param>
/// <param name="Step">The trainer's global step, from 0.</param>
/// <param name="Occurrences">
/// How often the id occurred so far, as far as the admission filter can say, those of the call that creates the row included: at least 1. Those of that call
/// alone where no optimizer of the table says that it <see cref="Optimizer.UsesOccurrences"/>.
/// </param>
public readonly record struct RowBirth(long Id, long Step, long Occurrences)
{
    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(RowBirth), PrintMembers);
}
