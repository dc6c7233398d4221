using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Indexing;

/// <summary>New entries of an index by how many others moved for them: 0, 1, 2, 3, and 4 or more.</summary>
[InlineArray(Length)]
internal struct DisplacementCounts
{
    public const int Length = 5;

    private long _first;

    public void Count(int moves) => this[Math.Min(moves, Length - 1)]++;

    public void Add(in DisplacementCounts other)
    {
        for (var i = 0; i < Length; i++) this[i] += other[i];
    }
}
