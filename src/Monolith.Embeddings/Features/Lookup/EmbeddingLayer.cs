using Monolith.Embeddings.Features.Lookup;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Features;

/// <summary>
/// Between tables and a model: makes the ids of a batch unique once a table, gathers their rows, pools them into the model's input, and
/// sums the input's gradient back onto the unique ids. Sums run in the order of the batch, so that equal batches give equal bits.
/// </summary>
/// <remarks>
/// Holds the buffers of one batch at a time; not thread-safe. Several layers may share the tables. Where the tables answer later, the verbs
/// that end in <c>Async</c> wait without a thread, and the others with one.
/// </remarks>
public sealed partial class EmbeddingLayer
{
    private readonly TableSet _set;
    private readonly TableInput[] _tables;
    private readonly LayerBatches _batches;
    private readonly PooledInputs _inputs;
    private readonly PoolingWork _pooling;
    private readonly GradientSums _sums;
    private readonly ParentRows? _parents;
    private FeatureBatch? _batch;
    private int _version;

    /// <summary>Creates a layer.</summary>
    /// <param name="tables">Tables that were made of <paramref name="schema"/>.</param>
    /// <param name="schema">The schema of the batches.</param>
    /// <param name="allocator">Supplies the memory of <see cref="Inputs"/>; pinned arrays where null.</param>
    /// <exception cref="ArgumentException">The tables were made of another schema.</exception>
    public EmbeddingLayer(TableSet tables, FeatureSchema schema, BlockAllocator? allocator = null)
        : this(tables, schema, maxDegreeOfParallelism: 1, allocator)
    {
    }

    /// <summary>Creates a layer that shares each batch out over threads: look-ups, pooling, sums of gradients and updates.</summary>
    /// <param name="tables">
    /// Tables that were made of <paramref name="schema"/>. Only an <see cref="EmbeddingTableSet"/> shares what it does.
    /// </param>
    /// <param name="schema">The schema of the batches.</param>
    /// <param name="maxDegreeOfParallelism">
    /// How many threads at most share a batch: 1 to <see cref="MaxThreads"/>, or -1 for as many as the machine has processors. Small
    /// batches stay on the calling thread. No result depends on it.
    /// </param>
    /// <param name="allocator">Supplies the memory of <see cref="Inputs"/>; pinned arrays where null.</param>
    /// <exception cref="ArgumentException">The tables were made of another schema.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of threads is out of its range.</exception>
    public EmbeddingLayer(TableSet tables, FeatureSchema schema, int maxDegreeOfParallelism, BlockAllocator? allocator = null)
    {
        ArgumentNullException.ThrowIfNull(tables);
        ArgumentNullException.ThrowIfNull(schema);
        if (!ReferenceEquals(tables.Schema, schema) && tables.Schema.Fingerprint != schema.Fingerprint)
        {
            throw new ArgumentException(
                $"The tables were made of another schema: {schema.DifferencesFrom("the batches'", tables.Schema, "the tables'")}.",
                nameof(tables));
        }
        if (maxDegreeOfParallelism is not -1 and (< 1 or > MaxThreads))
            throw OutOfRange.Of(nameof(maxDegreeOfParallelism), maxDegreeOfParallelism,
                $"{maxDegreeOfParallelism} is neither -1 (all processors) nor between 1 and {MaxThreads}.");
        _set = tables;
        // Those of the tables: what no fingerprint holds may differ.
        _tables = [.. tables.Schema.Tables.Select(table => new TableInput(table))];
        _batches = new LayerBatches(
            [.. _tables.Select(table => table.Batch)], maxDegreeOfParallelism == -1 ? Environment.ProcessorCount : maxDegreeOfParallelism);
        _inputs = new PooledInputs(schema, _tables, allocator);
        (_pooling, _sums) = (new PoolingWork(_inputs), new GradientSums(_inputs, _tables));
        _parents = ParentRows.Of(schema);
    }

    /// <summary>How many threads can share a batch at most: 256.</summary>
    public const int MaxThreads = 256;

    /// <summary>The model's input of the last batch; belongs to the layer, and is written again by the next lookup.</summary>
    public FeatureBlocks Inputs => _inputs.Blocks;

    /// <summary>
    /// What derives slots and dense features for the look-ups of this layer, where the schema says that some are derived; else null. A
    /// layer begins with one of its own, which has learned nothing; give it that of a model (<see
    /// cref="Models.OnlineModel.DerivedFeatures"/>), so that it is saved with the model, and call its <see cref="DerivedFeatures.Learn"/>
    /// after each batch that was trained.
    /// </summary>
    /// <exception cref="ArgumentException">It is of another schema.</exception>
    public DerivedFeatures? DerivedFeatures
    {
        get => _inputs.Derived;
        set
        {
            _inputs.RequireOwn(value);
            _inputs.Derived = value;
        }
    }

    /// <summary>How many unique ids the last batch has, of all tables: as many rows at most are updated.</summary>
    internal long UniqueIds
    {
        get
        {
            var ids = 0L;
            foreach (var table in _tables) ids += table.Ids.Length;
            return ids;
        }
    }

    /// <summary>Fills <see cref="Inputs"/> for a prediction. Changes no table; ids without a row count with zeros.</summary>
    /// <param name="batch">Any number of rows; not changed until the gradients are applied.</param>
    public void Lookup(FeatureBatch batch) => Wait(LookupAsync(batch));

    /// <inheritdoc cref="Lookup" path="/summary" />
    /// <param name="batch">Any number of rows; not changed until the gradients are applied.</param>
    /// <param name="cancellationToken">Cancels a call that waits for the tables.</param>
    public async ValueTask LookupAsync(FeatureBatch batch, CancellationToken cancellationToken = default)
    {
        Collect(batch, learns: false);
        await _set.LookupAsync(_batches, cancellationToken).ConfigureAwait(false);
        _pooling.Pool(batch, _batches.Threads);
    }

    /// <summary>
    /// Fills <see cref="Inputs"/> for learning: ids without a row are counted, and get one if they are admitted, of slots with a <see
    /// cref="FeatureSlot.BornFrom"/> as their parent's row stood before the batch.
    /// </summary>
    /// <param name="batch">Any number of rows; not changed until the gradients are applied.</param>
    /// <param name="eventTime">
    /// When the examples happened, rounded down to whole seconds; <see cref="DateTimeOffset.UnixEpoch"/> stands for the newest that each
    /// table knows.
    /// </param>
    /// <param name="step">The global step, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The time lies before 1970 or after 2106-02-07 06:28:15; no table changed.
    /// </exception>
    public void LookupOrAdmit(FeatureBatch batch, DateTimeOffset eventTime, long step) =>
        Wait(LookupOrAdmitAsync(batch, eventTime, step));

    /// <inheritdoc cref="LookupOrAdmit" path="/summary" />
    /// <param name="batch">Any number of rows; not changed until the gradients are applied.</param>
    /// <param name="eventTime">When the examples happened, in whole seconds, rounded down; the Unix epoch where that is not known.</param>
    /// <param name="step">The global step, from 0.</param>
    /// <param name="cancellationToken">Cancels a call that waits for the tables.</param>
    /// <inheritdoc cref="LookupOrAdmit" path="/exception" />
    public ValueTask LookupOrAdmitAsync(
        FeatureBatch batch, DateTimeOffset eventTime, long step, CancellationToken cancellationToken = default) =>
        LookupOrAdmitAsync(batch, null, eventTime, step, cancellationToken);

    /// <summary>The same with distinct ids that were found before; null where they were not.</summary>
    internal async ValueTask LookupOrAdmitAsync(
        FeatureBatch batch, CollectedIds? ids, DateTimeOffset eventTime, long step, CancellationToken cancellationToken)
    {
        Collect(batch, learns: true, ids);
        await ReadParentsAsync(cancellationToken).ConfigureAwait(false);
        await _set.LookupOrAdmitAsync(_batches, eventTime, step, cancellationToken).ConfigureAwait(false);
        _pooling.Pool(batch, _batches.Threads);
    }

    /// <summary>Lets the rows of the last batch learn. Gradients of ids without a row are dropped and counted by their table.</summary>
    /// <param name="gradients">The gradient of <see cref="Inputs"/>, for the summed loss.</param>
    /// <param name="eventTime">
    /// When the examples happened, rounded down to whole seconds; <see cref="DateTimeOffset.UnixEpoch"/> stands for the newest that each
    /// table knows.
    /// </param>
    /// <param name="step">The global step, from 0.</param>
    /// <exception cref="InvalidOperationException">No batch was looked up, or it was written to since; no row changed.</exception>
    /// <exception cref="ArgumentException">The gradients are not of the shape of <see cref="Inputs"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The time lies before 1970 or after 2106-02-07 06:28:15; no row changed.
    /// </exception>
    public void ApplyGradients(FeatureBlocks gradients, DateTimeOffset eventTime, long step)
    {
        SumGradients(gradients);
        Wait(ApplySummedGradientsAsync(eventTime, step));
    }

    /// <inheritdoc cref="ApplyGradients" path="/summary" />
    /// <param name="gradients">The gradient of <see cref="Inputs"/>, for the summed loss.</param>
    /// <param name="eventTime">When the examples happened, in whole seconds, rounded down; the Unix epoch where that is not known.</param>
    /// <param name="step">The global step, from 0.</param>
    /// <param name="cancellationToken">Cancels a call that waits for the tables.</param>
    /// <inheritdoc cref="ApplyGradients" path="/exception" />
    public ValueTask ApplyGradientsAsync(
        FeatureBlocks gradients, DateTimeOffset eventTime, long step, CancellationToken cancellationToken = default)
    {
        SumGradients(gradients);
        return ApplySummedGradientsAsync(eventTime, step, cancellationToken);
    }

    /// <summary>
    /// Whether it is to be known which ids of the next batches that are learned from had a row before. Tables in other processes do not
    /// say so, and stay out of it.
    /// </summary>
    internal bool AsksForNewIds
    {
        set
        {
            foreach (var table in _tables) table.AsksForNewIds = value && _set is EmbeddingTableSet;
        }
    }

    /// <summary>How many ids of a slot had no row before the last batch; repeated ones count each time.</summary>
    internal long NewIds(FeatureBatch batch, FeatureSlot slot)
    {
        var hadRow = _tables[slot.Table].Batch.HadRow.Span;
        if (hadRow.IsEmpty) return 0;
        var found = 0L;
        var places = _inputs.PlacesOf(batch, slot);
        foreach (var place in places) found += hadRow[place] ? 1 : 0;
        return places.Length - found;
    }

    /// <summary>Sums gradients of <see cref="Inputs"/> onto the unique ids.</summary>
    internal void SumGradients(FeatureBlocks gradients)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        var batch = _batch ?? throw new InvalidOperationException("There is no batch to learn from: look one up first.");
        if (batch.Version != _version)
        {
            throw new InvalidOperationException(
                "The batch was written to after it was looked up, so that the gradients belong to other ids. "
                + "Apply them first, and then use the batch again.");
        }
        if (gradients.Rows != Inputs.Rows || !gradients.Layout.Matches(Inputs.Layout))
            throw new ArgumentException(
                $"The gradients have {gradients.Rows} rows, the inputs {Inputs.Rows}; both need the schema's layout.", nameof(gradients));
        _sums.Sum(batch, gradients, _batches.Threads);
    }

    /// <summary>The sum of the squares of what <see cref="SumGradients"/> made, over all tables.</summary>
    internal double SquaredGradientNorm()
    {
        var sum = 0.0;
        foreach (var table in _tables) sum += table.SquaredGradientNorm();
        return sum;
    }

    internal void ScaleSummedGradients(double factor)
    {
        foreach (var table in _tables) table.ScaleGradients(factor);
    }

    internal ValueTask ApplySummedGradientsAsync(DateTimeOffset eventTime, long step, CancellationToken cancellationToken = default) =>
        _set.ApplyGradientsAsync(_batches, eventTime, step, cancellationToken);

    /// <summary>Says that <see cref="SquaredGradientNorm"/> will be asked for.</summary>
    internal void PrepareGradientNorm()
    {
        foreach (var table in _tables) table.AsksForRows = true;
    }

    // What rows that are born begin with.
    private async ValueTask ReadParentsAsync(CancellationToken cancellationToken)
    {
        if (_parents is null || _inputs.Parents is not { Any: true } parents) return;
        _parents.Ask(parents);
        await _set.LookupAsync(_parents.Lookups, cancellationToken).ConfigureAwait(false);
        _parents.Give(parents, _tables);
    }

    // Tables in this process have answered already.
    private static void Wait(ValueTask answer)
    {
        if (answer.IsCompleted) answer.GetAwaiter().GetResult();
        else answer.AsTask().GetAwaiter().GetResult();
    }

    private void Collect(FeatureBatch batch, bool learns, CollectedIds? ids = null)
    {
        _batches.Forget();
        if (ids is null) _inputs.Collect(batch, learns);
        else _inputs.Use(ids, batch);
        foreach (var table in _tables) table.Begin(learns);
        (_batch, _version) = (batch, batch.Version);
    }
}
