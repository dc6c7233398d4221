using System.Diagnostics.CodeAnalysis;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Serving.Requests;

/// <summary>
/// A model that serves: its schema, its dense weights, and the requests made for it. Where it has two objects, new weights are loaded into
/// the one that no call predicts with; with one, predictions wait while it loads. Predicting is thread-safe; loading is one thread's.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The last lease disposes them.")]
internal sealed class ServingModel : Leased
{
    private readonly ObjectPool<RequestBuffers> _requests;
    private DenseInstance _current;
    private DenseInstance? _spare;

    private ServingModel(OnlineModel model, OnlineModel? spare)
    {
        _current = new DenseInstance(model);
        _spare = spare is null ? null : new DenseInstance(spare);
        _requests = new(() => new RequestBuffers(this));
    }

    public FeatureSchema Schema => _current.Model.Schema;

    /// <summary>What derives features for the weights that serve now; null where the schema derives none.</summary>
    public DerivedFeatures? Derived => Volatile.Read(ref _current).Model.DerivedFeatures;

    /// <summary>Takes models that are owned from here on, also where they are refused.</summary>
    /// <param name="model">The model.</param>
    /// <param name="createSpare">Makes another one like it, for double-buffering; null where there is none.</param>
    /// <exception cref="ArgumentException">The two are not alike, or declare outputs that cannot be used.</exception>
    /// <exception cref="NotSupportedException">Their schema has sequences, and they know pooled slots only.</exception>
    public static ServingModel Own(OnlineModel model, Func<OnlineModel?>? createSpare = null)
    {
        OnlineModel? spare = null;
        try
        {
            if (!model.SupportsSequences) model.Schema.RequirePooled($"The model '{model.Name}'");
            var outputs = new ModelOutputBlocks(model);
            spare = createSpare?.Invoke();
            if (spare is not null) RequireAlike(model, spare, outputs);
            return new ServingModel(model, spare);
        }
        catch
        {
            model.Dispose();
            spare?.Dispose();
            throw;
        }
    }

    /// <summary>Receives what the model puts out beside logits, whichever of the two objects predicts.</summary>
    public ModelOutputBlocks CreateOutputs() => new(_current.Model);

    /// <summary>Computes the logits of a batch, and the other outputs where they are asked for.</summary>
    public void Predict(in PredictContext context)
    {
        var instance = Volatile.Read(ref _current);
        // A call that comes late to an object that has been replaced may have to wait for its loading, and then predicts with weights that
        // are newer still.
        instance.Gate.EnterReadLock();
        try
        {
            instance.Model.Predict(in context);
            instance.Model.Calibration?.Apply(context.Logits);
        }
        finally
        {
            instance.Gate.ExitReadLock();
        }
    }

    /// <summary>The queries whose dot products with items' rows are the model's logits.</summary>
    public void ItemQueries(in ItemQueryContext context)
    {
        var instance = Volatile.Read(ref _current);
        instance.Gate.EnterReadLock();
        try
        {
            instance.Model.ItemQueries(in context);
        }
        finally
        {
            instance.Gate.ExitReadLock();
        }
    }

    /// <summary>Loads weights. With two objects they are not visible before <see cref="Publish"/>.</summary>
    /// <exception cref="SnapshotException">They are of another model; nothing changed.</exception>
    public void Load(DenseWeights weights)
    {
        try
        {
            Load(weights.Bytes, static (model, bytes) => model.Load(new MemoryStream(bytes, writable: false)));
        }
        catch (InvalidDataException cause)
        {
            throw weights.Refused(cause);
        }
    }

    /// <summary>Loads weights of a model in this process. With two objects they are not visible before <see cref="Publish"/>.</summary>
    /// <exception cref="InvalidDataException">They are of another model; nothing changed.</exception>
    public void Load(ModelSections weights) => Load(weights, static (model, sections) => model.LoadWhole(sections));

    /// <summary>Lets predictions see what was loaded.</summary>
    public void Publish()
    {
        if (_spare is null) return;
        var loaded = _spare;
        _spare = _current;
        Volatile.Write(ref _current, loaded);
    }

    public RequestBuffers RentRequest() => _requests.Rent();

    public void ReturnRequest(RequestBuffers request) => _requests.Return(request);

    protected override void Free()
    {
        _current.Dispose();
        _spare?.Dispose();
    }

    private void Load<T>(T weights, Action<OnlineModel, T> load)
    {
        var instance = _spare ?? _current;
        instance.Gate.EnterWriteLock();
        try
        {
            load(instance.Model, weights);
        }
        finally
        {
            instance.Gate.ExitWriteLock();
        }
    }

    private static void RequireAlike(OnlineModel model, OnlineModel spare, ModelOutputBlocks outputs)
    {
        if (ReferenceEquals(model, spare) || !model.Schema.Matches(spare.Schema))
        {
            throw new ArgumentException(
                "The factory must make a new model at each call, and for one fingerprint always of a schema that has it.");
        }
        outputs.RequireFor(spare);
    }
}
