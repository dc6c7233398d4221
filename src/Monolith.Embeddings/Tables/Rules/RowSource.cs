using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables.Rules;

/// <summary>What rows of another table have in common, and what of them is taken. Immutable; thread-safe.</summary>
/// <param name="Layout">How they lay in memory.</param>
/// <param name="HasAll">Whether their records are whole (<see cref="RowRecord"/>); else a key and weights alone.</param>
/// <param name="LastUpdate">The last update of rows whose records do not say.</param>
/// <param name="Segments">Where each segment of a new row comes from.</param>
/// <param name="KeepsFrequency">Whether the count of occurrences is taken.</param>
/// <param name="KeepsAdmissionTime">Whether the time of creation is taken.</param>
internal sealed record RowSource(
    RowLayout Layout, bool HasAll, uint LastUpdate, IReadOnlyList<SegmentOrigin> Segments, bool KeepsFrequency, bool KeepsAdmissionTime);
