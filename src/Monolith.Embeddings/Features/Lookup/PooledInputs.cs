using Monolith.Embeddings.Kernels.Segments;

namespace Monolith.Embeddings.Features.Lookup;

/// <summary>
/// From a batch to a model's input: makes the ids unique once a table, and pools the rows that were read for them, or lays them out as
/// sequences. Sums run in the order of the batch, so that equal batches give equal bits. Holds the buffers of one batch at a time; not
/// thread-safe.
/// </summary>
internal sealed class PooledInputs
{
    private readonly FeatureSchema _schema;
    private readonly DistinctRows[] _tables;

    private readonly FeatureSlot[] _slots;
    private readonly SlotPart[][] _parts;
    private readonly SequencePart[][] _sequences;
    private readonly CollectedIds _own;
    private CollectedIds _ids;

    /// <param name="schema">The schema of the batches.</param>
    /// <param name="tables">What they read of each of its tables.</param>
    /// <param name="allocator">Supplies the memory of the blocks; pinned arrays where null.</param>
    public PooledInputs(FeatureSchema schema, DistinctRows[] tables, BlockAllocator? allocator = null)
    {
        (_schema, _tables) = (schema, tables);
        _slots = [.. schema.Slots];
        _parts = [.. _slots.Select(slot => PartsOf(schema, slot, tables[slot.Table].Dimension))];
        _sequences = [.. _slots.Select(slot => SequencesOf(schema, slot, tables[slot.Table].Dimension))];
        _own = _ids = new CollectedIds(schema);
        Blocks = new FeatureBlocks(schema.Layout, BlockUse.Input, allocator);
        if (schema.HasDerived) Derived = new DerivedFeatures(schema);
    }

    /// <summary>The model's input of the last batch.</summary>
    public FeatureBlocks Blocks { get; }

    /// <summary>Derives what the schema says that is derived; null where nothing is.</summary>
    public DerivedFeatures? Derived { get; set; }

    /// <summary>From which rows new ones of the batch would be born; null where the schema has no such slots.</summary>
    public CollectedParents? Parents => _ids.Parents;

    /// <summary>The slots, in the order of the schema: in which sums run.</summary>
    public ReadOnlySpan<FeatureSlot> Slots => _slots;

    /// <summary>What a slot has in each block.</summary>
    public ReadOnlySpan<SlotPart> PartsOf(FeatureSlot slot) => _parts[slot.Index];

    /// <summary>What a slot has in each block of sequences.</summary>
    public ReadOnlySpan<SequencePart> SequencesOf(FeatureSlot slot) => _sequences[slot.Index];

    /// <exception cref="ArgumentException">It derives for another schema, or is missing.</exception>
    public void RequireOwn(DerivedFeatures? derived)
    {
        if (derived is null ? !_schema.HasDerived : _schema.HasDerived && _schema.Matches(derived.Schema)) return;
        throw new ArgumentException(derived is null
            ? "The schema has derived features, and needs what derives them."
            : $"It derives for another schema: {derived.Schema.DifferencesFrom("its", _schema, "the layer's")}.", nameof(derived));
    }

    /// <summary>Finds the distinct ids of each table.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="learns">Whether it is learned from.</param>
    /// <exception cref="ArgumentException">The batch is of another schema.</exception>
    public void Collect(FeatureBatch batch, bool learns = false)
    {
        _own.Collect(batch, Derived, learns);
        Use(_own, batch);
    }

    /// <summary>Takes the distinct ids of a batch, which stay as they are until the batch is done.</summary>
    public void Use(CollectedIds ids, FeatureBatch batch)
    {
        _ids = ids;
        for (var i = 0; i < _tables.Length; i++) _tables[i].Unique = ids.Tables[i];
        Blocks.Resize(batch.Rows);
    }

    /// <summary>Fills <see cref="Blocks"/> from the tables' rows. What all rows of the batch share is pooled once.</summary>
    public void Pool(FeatureBatch batch) => Pool(batch, 0, batch.Rows);

    /// <summary>Fills some rows of <see cref="Blocks"/>. What they share is pooled once.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="first">The first row.</param>
    /// <param name="end">The row after the last one.</param>
    public void Pool(FeatureBatch batch, int first, int end)
    {
        if (first == end) return;
        var dense = _schema.Layout.DenseWidth;
        if (dense == _schema.DenseWidth) batch.Dense[(first * dense)..(end * dense)].CopyTo(Blocks.Dense[(first * dense)..]);
        else Derived!.FillDense(batch, first, Blocks.Dense[(first * dense)..(end * dense)]);
        foreach (var slot in _slots)
        {
            if (slot.IsSequence)
            {
                LayOut(batch, slot, first, end);
                continue;
            }
            var isPlain = IsPlain(batch, slot);
            foreach (var part in _parts[slot.Index])
            {
                var width = part.Segment.Width;
                var block = Blocks.Block(part.Segment)[(first * width)..(end * width)];
                if (isPlain) Gather(part, first, block);
                else Pool(batch, part.Columns, first, block, width);
            }
        }
    }

    /// <summary>
    /// Whether pooling a slot of the batch is no more than reading rows: each row has one id, of weight 1, whose sum or mean it is.
    /// </summary>
    public static bool IsPlain(FeatureBatch batch, FeatureSlot slot) =>
        slot.Pooling is Pooling.Sum or Pooling.Mean or Pooling.SqrtN && batch.HasOneIdARow(slot);

    /// <summary>
    /// Whether each place of a slot's ids receives the gradient of one vector, of weight 1: then its sums can be shared out by rows.
    /// </summary>
    public static bool IsScattered(FeatureBatch batch, FeatureSlot slot) =>
        slot.IsSequence ? !batch.IsShared(slot) && batch.IdWeights(slot).IsEmpty : IsPlain(batch, slot);

    /// <summary>The places of a slot's ids among the distinct rows of its table, id after id.</summary>
    public ReadOnlySpan<int> PlacesOf(FeatureBatch batch, FeatureSlot slot) => _ids.Places(slot)[..batch.Ids(slot).Length];

    /// <summary>The ids of a slot in a row of the batch.</summary>
    public Bag BagOf(FeatureBatch batch, SegmentColumns columns, int row)
    {
        var offsets = batch.Offsets(columns.Slot);
        if (batch.IsShared(columns.Slot)) row = 0;
        var (start, length) = (offsets[row], offsets[row + 1] - offsets[row]);
        var weights = batch.IdWeights(columns.Slot);
        return new Bag(_ids.Places(columns.Slot).Slice(start, length), weights.IsEmpty ? weights : weights.Slice(start, length),
            _tables[columns.Slot.Table].Dimension, columns.RowOffset, columns.Dimension);
    }

    private static SlotPart[] PartsOf(FeatureSchema schema, FeatureSlot slot, int rowWidth) =>
    [
        .. from segment in schema.Layout.Segments
           from columns in segment.Columns
           where columns.Slot == slot
           select new SlotPart(segment, columns, rowWidth),
    ];

    private static SequencePart[] SequencesOf(FeatureSchema schema, FeatureSlot slot, int rowWidth) =>
        [.. schema.Layout.Sequences.Where(sequence => sequence.Slot == slot).Select(sequence => new SequencePart(sequence, rowWidth))];

    // Each row has its own copy of what all rows share, so that a model need not know.
    private void LayOut(FeatureBatch batch, FeatureSlot slot, int first, int end)
    {
        var places = PlacesOf(batch, slot);
        var rows = _tables[slot.Table].Rows;
        var values = Blocks.StepValues(slot);
        var width = slot.StepWidth == 0 ? 0 : slot.MaxIds * slot.StepWidth;
        for (var row = first; row < end; row++)
        {
            var steps = new SequenceRow(batch, slot, places, row);
            foreach (var part in _sequences[slot.Index])
            {
                var sequence = part.Sequence;
                Blocks.Lengths(sequence)[row] = steps.Places.Length;
                part.Forward(rows, steps.Places, steps.Weights, Blocks.Sequence(sequence).Slice(row * sequence.Width, sequence.Width));
            }
            var block = values.Slice(row * width, width);
            steps.Values.CopyTo(block);
            block[steps.Values.Length..].Clear();
        }
    }

    // The block holds the rows from the first one on.
    private void Gather(SlotPart part, int first, Span<float> block)
    {
        var slot = part.Columns.Slot;
        var places = _ids.Places(slot).Slice(first, block.Length / part.Segment.Width);
        PlacedVectors.Gather(_tables[slot.Table].Rows, part.InRows, places, block, part.InBlock, part.Columns.Dimension);
    }

    private void Pool(FeatureBatch batch, SegmentColumns columns, int first, Span<float> block, int width)
    {
        var (table, rows) = (_tables[columns.Slot.Table], block.Length / width);
        var pooledRows = batch.IsShared(columns.Slot) ? 1 : rows;
        for (var row = 0; row < pooledRows; row++)
        {
            var bag = BagOf(batch, columns, first + row);
            BagPooling.Forward(columns.Slot.Pooling, in bag, table.Rows, block.Slice(row * width + columns.Start, columns.Width));
        }
        var pooled = block.Slice(columns.Start, columns.Width);
        for (var row = pooledRows; row < rows; row++) pooled.CopyTo(block[(row * width + columns.Start)..]);
    }
}
