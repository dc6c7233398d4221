namespace Monolith.Embeddings.Features.Lookup;

/// <summary>
/// The distinct ids of a batch, of each table, with counts, and where among them each id of the batch is. Needs no table, so that it can be
/// made on the thread that reads the batch. Buffers grow, and are used again. One thread's at a time.
/// </summary>
internal sealed class CollectedIds
{
    private readonly FeatureSchema _schema;

    // Arrays, because enumerating a list through its interface would allocate in every batch.
    private readonly FeatureSlot[] _slots;
    private readonly UniqueIds[] _tables;
    private readonly int[][] _places;

    public CollectedIds(FeatureSchema schema)
    {
        (_schema, _slots) = (schema, [.. schema.Slots]);
        _tables = [.. schema.Tables.Select(_ => new UniqueIds())];
        _places = [.. _slots.Select(_ => Array.Empty<int>())];
        Parents = CollectedParents.Of(schema);
    }

    /// <summary>From which rows new ones would be born; null where the schema has no such slots.</summary>
    public CollectedParents? Parents { get; }

    /// <summary>The distinct ids of each table, in the order of their first occurrence.</summary>
    public ReadOnlySpan<UniqueIds> Tables => _tables;

    /// <summary>The places of a slot's ids among the distinct ids of its table, id after id, and what lies behind them.</summary>
    public ReadOnlySpan<int> Places(FeatureSlot slot) => _places[slot.Index];

    /// <summary>Derives what is derived, and finds the distinct ids. All that looks a batch up comes through here.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="derived">Derives; null where the schema derives nothing.</param>
    /// <param name="learns">Whether it is learned from, so that rows may be born.</param>
    /// <exception cref="ArgumentException">The batch is of another schema.</exception>
    public void Collect(FeatureBatch batch, DerivedFeatures? derived, bool learns)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (!_schema.Matches(batch.Schema))
        {
            throw new ArgumentException(
                $"The batch is of another schema: {batch.Schema.DifferencesFrom("the batch's", _schema, "this one")}.", nameof(batch));
        }
        derived?.Derive(batch);
        foreach (var table in _tables) table.Clear();
        foreach (var slot in _slots)
        {
            var ids = batch.Ids(slot);
            ref var places = ref _places[slot.Index];
            if (places.Length < ids.Length) places = new int[Math.Max(ids.Length, 2 * places.Length)];
            _tables[slot.Table].Add(ids, places);
        }
        if (learns) Parents?.Collect(batch, this);
    }
}
