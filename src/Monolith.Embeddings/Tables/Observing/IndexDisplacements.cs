using System.Diagnostics;
using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Tables;

/// <summary>New entries of the index, by how many others moved to make room for them. Immutable.</summary>
[DebuggerDisplay("{None}, {One}, {Two}, {Three}, {FourOrMore}")]
public sealed record IndexDisplacements
{
    /// <summary>Entries that found a free place.</summary>
    public long None { get; init; }

    /// <summary>Entries that one other moved for.</summary>
    public long One { get; init; }

    /// <summary>Entries that two others moved for.</summary>
    public long Two { get; init; }

    /// <summary>Entries that three others moved for.</summary>
    public long Three { get; init; }

    /// <summary>
    /// Entries that four or more others moved for: many of these say that the index is too full, or that ids were chosen to collide.
    /// </summary>
    public long FourOrMore { get; init; }

    internal IndexDisplacements Plus(IndexDisplacements other) => new()
    {
        None = None + other.None,
        One = One + other.One,
        Two = Two + other.Two,
        Three = Three + other.Three,
        FourOrMore = FourOrMore + other.FourOrMore,
    };

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(IndexDisplacements), PrintMembers);
}
