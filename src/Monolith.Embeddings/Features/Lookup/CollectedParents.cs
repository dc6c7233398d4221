namespace Monolith.Embeddings.Features.Lookup;

/// <summary>
/// From which row each distinct id of a batch would be born, in the tables of slots that are born from others. Needs no table, so that it
/// is made with the distinct ids. Buffers grow, and are used again. One thread's at a time.
/// </summary>
internal sealed class CollectedParents
{
    private readonly FeatureSlot[] _born;
    private readonly int[] _tables;
    private readonly Parent[][] _parents;

    // Of a table: the place of each distinct id among those that are parents, or -1; and which these are.
    private readonly int[][] _placeAmongParents;
    private readonly long[][] _parentIds;
    private readonly int[] _parentCounts;

    private CollectedParents(FeatureSchema schema, FeatureSlot[] born)
    {
        _born = born;
        _tables = [.. born.Select(slot => slot.Table).Distinct()];
        var count = schema.Tables.Count;
        _parents = [.. Enumerable.Range(0, count).Select(_ => Array.Empty<Parent>())];
        _placeAmongParents = [.. Enumerable.Range(0, count).Select(_ => Array.Empty<int>())];
        _parentIds = [.. Enumerable.Range(0, count).Select(_ => Array.Empty<long>())];
        _parentCounts = new int[count];
    }

    /// <summary>Those of a schema; null where no slot is born from another.</summary>
    public static CollectedParents? Of(FeatureSchema schema)
    {
        FeatureSlot[] born = [.. schema.Slots.Where(slot => slot.BornFrom is not null)];
        return born.Length == 0 ? null : new CollectedParents(schema, born);
    }

    /// <summary>Whether some id of the batch has a parent.</summary>
    public bool Any => _parentCounts.AsSpan().ContainsAnyExcept(0);

    /// <summary>The distinct ids of a table that are parents, in the order in which they were met.</summary>
    public ReadOnlyMemory<long> ParentIds(int table) => _parentIds[table].AsMemory(0, _parentCounts[table]);

    /// <summary>The parent of each of a table's distinct ids, and what lies behind them. For tables of slots that are born.</summary>
    public ReadOnlySpan<Parent> ParentsOf(int table) => _parents[table];

    /// <summary>Finds the parents of the ids that were collected.</summary>
    public void Collect(FeatureBatch batch, CollectedIds ids)
    {
        _parentCounts.AsSpan().Clear();
        foreach (var table in _tables) Begin(ref _parents[table], ids.Tables[table].Count, Parent.Unseen);
        foreach (var slot in _born)
            Begin(ref _placeAmongParents[slot.BornFrom!.Table], ids.Tables[slot.BornFrom.Table].Count, -1);
        foreach (var slot in _born) Collect(batch, ids, slot, slot.BornFrom!);
    }

    // The first occurrence of an id decides, also where it has no parent.
    private void Collect(FeatureBatch batch, CollectedIds ids, FeatureSlot slot, FeatureSlot parent)
    {
        if (batch.Rows == 0) return;
        var places = ids.Places(slot);
        var offsets = batch.Offsets(slot);
        var parentPlaces = ids.Places(parent);
        var parentOffsets = batch.Offsets(parent);
        var isParentShared = batch.IsShared(parent);
        var parents = _parents[slot.Table];
        for (var row = 0; row < offsets.Length - 1; row++)
        {
            var from = isParentShared ? 0 : row;
            var (first, end) = (parentOffsets[from], parentOffsets[from + 1]);
            foreach (var place in places[offsets[row]..offsets[row + 1]])
            {
                if (parents[place] != Parent.Unseen) continue;
                parents[place] = first == end ? Parent.None : new Parent(parent.Table, PlaceOf(ids, parent.Table, parentPlaces[first]));
            }
        }
    }

    private int PlaceOf(CollectedIds ids, int table, int distinct)
    {
        ref var place = ref _placeAmongParents[table][distinct];
        if (place >= 0) return place;
        ref var parents = ref _parentIds[table];
        place = _parentCounts[table]++;
        if (place == parents.Length) Array.Resize(ref parents, Math.Max(64, 2 * parents.Length));
        parents[place] = ids.Tables[table].Ids[distinct];
        return place;
    }

    private static void Begin<T>(ref T[] buffer, int count, T value)
    {
        if (buffer.Length < count) buffer = new T[Math.Max(count, 2 * buffer.Length)];
        buffer.AsSpan(0, count).Fill(value);
    }

    /// <summary>The row that an id would be born from.</summary>
    /// <param name="Table">The parent's table, or -1 for no parent.</param>
    /// <param name="Place">Where the parent stands among those of its table.</param>
    internal readonly record struct Parent(int Table, int Place)
    {
        /// <summary>It has none.</summary>
        public static readonly Parent None = new(-1, 0);

        /// <summary>It came in other slots alone, so far.</summary>
        public static readonly Parent Unseen = new(-1, 1);
    }
}
