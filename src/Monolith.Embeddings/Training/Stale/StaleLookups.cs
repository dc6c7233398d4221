using Monolith.Embeddings.Features;
using Monolith.Embeddings.Features.Lookup;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Threads;
using Monolith.Embeddings.Training.Reading;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Training.Stale;

/// <summary>
/// Looks batches up one batch stale: the rows that are there once batch n had its turn, before its gradients, are what batch n + 1 reads.
/// They are read beside the training of batch n where the next batch is there in time, and else put back at the turn of the next. Which of
/// both happens changes no bit. Where rows were removed since batch n had its turn, the next batch is read as it is then. Used by the
/// thread that trains.
/// </summary>
internal sealed class StaleLookups : RangeWork
{
    /// <summary>The name of the section of a commit.</summary>
    public const string Section = "values-before";

    private const int Version = 1;

    private readonly EmbeddingTableSet _tables;
    private readonly ForkJoin _beside = new(helpers: 1, offersOften: false);
    private readonly ValuesBefore _before;
    private EmbeddingLayer _other;
    private ReadBatch? _next;
    private bool _isKnown, _isAhead;
    private long _removed;

    /// <param name="tables">The tables.</param>
    /// <param name="schema">The schema of the batches.</param>
    /// <param name="threads">How many threads share a look-up at most, or -1.</param>
    /// <param name="allocator">Supplies the memory of inputs.</param>
    public StaleLookups(EmbeddingTableSet tables, FeatureSchema schema, int threads, BlockAllocator? allocator)
    {
        _tables = tables;
        Layer = new EmbeddingLayer(tables, schema, threads, allocator);
        _other = new EmbeddingLayer(tables, schema, threads, allocator);
        Layer.PrepareReadAhead(tables);
        _other.PrepareReadAhead(tables);
        _before = new ValuesBefore([.. tables.Schema.Tables.Select(table => table.Name)]);
    }

    /// <summary>The layer of the batch whose turn it is; another for the next.</summary>
    public EmbeddingLayer Layer { get; private set; }

    /// <inheritdoc cref="EmbeddingLayer.AsksForNewIds" />
    public bool AsksForNewIds
    {
        set => Layer.AsksForNewIds = _other.AsksForNewIds = value;
    }

    // The rows that are there are the earlier ones, without the gradients of the last batch.
    private bool IsAsBefore => _isKnown && _tables.RemovedRows == _removed;

    /// <summary>The batch that was taken ahead, whose turn it is now; null for none. The caller returns it when it is done.</summary>
    public ReadBatch? TakeNext()
    {
        var next = _next;
        _next = null;
        return next;
    }

    /// <summary>Forgets what was read ahead: another batch may come next.</summary>
    /// <returns>The batch that was taken ahead, for the caller to return; null for none.</returns>
    public ReadBatch? DropNext()
    {
        _isAhead = false;
        return TakeNext();
    }

    /// <summary>The turn of a batch: its rows are read, as far as they are not, and its new ids counted and admitted.</summary>
    /// <param name="read">The batch.</param>
    /// <param name="isChanged">Whether its ids are others than when it was taken ahead.</param>
    /// <param name="derived">Derives features; null for none.</param>
    /// <param name="eventTime">When the examples happened.</param>
    /// <param name="step">The global step.</param>
    public async ValueTask LookupOrAdmitAsync(
        ReadBatch read, bool isChanged, DerivedFeatures? derived, DateTimeOffset eventTime, long step)
    {
        var (isAsBefore, isAhead) = (IsAsBefore, _isAhead && !isChanged);
        if (isAhead) (Layer, _other) = (_other, Layer);
        if (derived is not null) Layer.DerivedFeatures = derived;
        (_isAhead, _isKnown, _removed) = (false, false, _tables.RemovedRows);
        if (!isAsBefore)
        {
            await Layer.LookupOrAdmitAtOnceAsync(read.Examples, read.Ids, eventTime, step).ConfigureAwait(false);
            return;
        }
        if (!isAhead)
        {
            Layer.BeginAhead(read.Examples, read.Ids);
            Layer.ReadAhead(isShared: true);
            _before.GiveTo(Layer);
        }
        await Layer.AdmitLateAsync(read.Examples, eventTime, step).ConfigureAwait(false);
    }

    /// <summary>
    /// Begins, on another thread, what is read between the turn of a batch and its gradients. <see cref="End"/> must follow.
    /// </summary>
    /// <param name="next">The batch whose turn is next, where it is there.</param>
    public void Begin(ReadBatch? next)
    {
        _next = next;
        if (next is { } ahead) _other.BeginAhead(ahead.Examples, ahead.Ids);
        _beside.Begin(this, 1, 1);
    }

    /// <summary>Ends it, before the gradients are applied.</summary>
    public void End()
    {
        _beside.End();
        (_isKnown, _isAhead) = (true, _next is not null);
    }

    /// <inheritdoc />
    public override void Run(int start, int end)
    {
        _before.Take(Layer);
        if (_next is null) return;
        // By this thread alone: the model has the others.
        _other.ReadAhead(isShared: false);
        for (var i = 0; i < _other.Late.Length; i++) _other.Late[i].Collect(Layer.TableInputs[i].Unique);
    }

    /// <summary>What a commit needs, so that the next batch reads what it would have read.</summary>
    public byte[] Save()
    {
        var fields = new FieldWriter();
        fields.Int32(Version);
        var isAsBefore = IsAsBefore;
        fields.Flag(isAsBefore);
        if (isAsBefore) _before.Save(fields);
        return fields.Written.ToArray();
    }

    /// <summary>Takes what <see cref="Save"/> wrote, once the tables are restored.</summary>
    /// <param name="saved">The bytes; null where the commit has none, since the trainer that made it was not stale.</param>
    /// <exception cref="InvalidDataException">They are of other tables.</exception>
    public void Load(ReadOnlyMemory<byte>? saved)
    {
        (_isKnown, _isAhead, _removed) = (false, false, _tables.RemovedRows);
        _before.Clear();
        if (saved is not { } bytes) return;
        try
        {
            var fields = new FieldReader(bytes.Span);
            var version = fields.Int32();
            if (version != Version) throw new FormatException($"It is of version {version}; known is {Version}.");
            if (!fields.Flag()) return;
            _before.Load(ref fields, Layer);
            fields.End();
            _isKnown = true;
        }
        catch (FormatException exception)
        {
            throw new InvalidDataException($"The rows of the last batch cannot be read. {exception.Message}", exception);
        }
    }
}
