using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tests.Tables.Eviction;

/// <summary>The table that a history of expiry is tried with.</summary>
/// <param name="Kind">Its policy.</param>
/// <param name="Stripes">How many stripes.</param>
/// <param name="Precision">What its weights are stored in.</param>
/// <param name="IsFiltered">Whether an id must occur <see cref="Occurrences"/> times.</param>
/// <param name="IsLimited">Whether no more than <see cref="MaxRows"/> rows fit, and the lightest goes when one more comes.</param>
/// <param name="IsShortOfNumbers">Whether rows get new numbers of changes as often as that can be.</param>
internal sealed record ExpirySettings(
    ExpiryKind Kind, int Stripes, RowPrecision Precision, bool IsFiltered, bool IsLimited, bool IsShortOfNumbers)
{
    public const int MaxRows = 20, Occurrences = 4;
}
