using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Tests.Snapshots;

/// <summary>What tables held at each cut, by incarnation and cut: what a restore must bring back.</summary>
internal sealed class ChainStates
{
    private readonly Dictionary<(ulong Incarnation, ulong To), (string[] Rows, string[] Sections)> _states = [];

    /// <summary>To be called right after a cut.</summary>
    public void Cut(SnapshotChain chain, EmbeddingTableSet tables, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> sections) =>
        _states[(chain.Incarnation, tables.NewestCut)] = (SavedState.Of(tables), Texts(sections));

    /// <summary>Requires that tables and sections are those of the commit that the chain was restored from.</summary>
    public void AssertRestored(SnapshotChain chain, EmbeddingTableSet tables)
    {
        var (rows, sections) = _states[(chain.Newest!.Incarnation, chain.Newest.To)];
        // Quicker than a constraint, thousands of times.
        if (!SavedState.Of(tables).SequenceEqual(rows)) Assert.That(SavedState.Of(tables), Is.EqualTo(rows));
        Assert.That(Texts(chain.RestoredSections), Is.EqualTo(sections));
    }

    private static string[] Texts(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> sections) =>
        [.. sections.Select(s => $"{s.Key} {Convert.ToHexString(s.Value.Span)}").Order(StringComparer.Ordinal)];
}
