using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models.Sections;

namespace Monolith.Embeddings.Models;

/// <summary>
/// The dense part of a recommender: takes the pooled embeddings and dense features of a batch, predicts, and learns. The built-in models
/// run on the CPU; a module of any tensor library fits behind the same members. The test kit's
/// <c>OnlineModelContract</c> checks a model.
/// </summary>
/// <remarks>
/// <see cref="Predict"/> may run on any number of threads at once, but not while anything else of the model runs. <see cref="Train"/> runs
/// on one thread at a time. Everything passed in belongs to the caller and is valid during the call alone.
/// </remarks>
public abstract class OnlineModel : IDisposable
{
    /// <summary>The name that files carry and check, such as <c>deep-fm</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The schema that the model was made for.</summary>
    public abstract FeatureSchema Schema { get; }

    /// <summary>The task whose metrics a trainer reports. Default: the schema's first; null where it has none.</summary>
    public virtual LabelTask? ReportedTask => Schema.Tasks.Count > 0 ? Schema.Tasks[0] : null;

    /// <summary>
    /// What the model puts out beside its logits, each by a name of its own: the same objects at each call, and the same names, widths and
    /// tasks in each instance for a schema, since a replica has two. A replica hands them out
    /// (<see cref="Serving.Predictor.PredictWithOutputs"/>). Default: nothing.
    /// </summary>
    public virtual IReadOnlyList<ModelOutput> Outputs => [];

    /// <summary>The dense weights by name: the same objects at each call. Default: none are told.</summary>
    public virtual IReadOnlyList<DenseParameter> Parameters => [];

    /// <summary>
    /// Whether the model uses slots that are not pooled (<see cref="Pooling.None"/>). Default false: trainers and replicas refuse it for a
    /// schema that has such slots.
    /// </summary>
    public virtual bool SupportsSequences => false;

    /// <summary>
    /// Whether <see cref="Train"/> asks for <see cref="TrainContext.ScaleOf"/>, so that a trainer may clip the gradients of embeddings and
    /// dense weights by their common norm. Default false: a trainer that is told to clip so refuses the model.
    /// </summary>
    public virtual bool SupportsGlobalNorm => false;

    /// <summary>
    /// Whether <see cref="Train"/> hands the gradients of its <see cref="Parameters"/> back where <see cref="TrainContext.DenseGradients"/>
    /// asks for them. Default false: who asks is refused.
    /// </summary>
    public virtual bool SupportsDenseGradients => false;

    /// <summary>
    /// Supplies the memory of the blocks that a trainer fills for this model, and of their gradients. Default null: pinned arrays. A
    /// replica uses pinned arrays always, so that a model must take any blocks.
    /// </summary>
    public virtual BlockAllocator? BlockAllocator => null;

    /// <summary>
    /// Whether all dense weights, and all numbers that their optimizer keeps, are finite. A trainer asks after each batch, and stops where
    /// they are not, before it commits. Default true, for models that do not say.
    /// </summary>
    public virtual bool HasFiniteWeights => true;

    /// <summary>Computes the logits of a batch, and the other outputs where they are asked for.</summary>
    /// <param name="context">The batch, and what receives the results.</param>
    /// <exception cref="ArgumentException">The context is of another schema; nothing was written.</exception>
    /// <exception cref="NotSupportedException">The context asks for what the model cannot do; nothing was written.</exception>
    public abstract void Predict(in PredictContext context);

    /// <summary>
    /// Learns from a batch: computes the logits as they are before learning, hands back the gradients of the inputs, and updates the dense
    /// weights, or hands their gradients back where <see cref="TrainContext.DenseGradients"/> asks for them.
    /// </summary>
    /// <param name="context">The batch, and what receives the results.</param>
    /// <exception cref="ArgumentException">The context is of another schema; nothing changed.</exception>
    /// <exception cref="NotSupportedException">The context asks for what the model cannot do; nothing changed.</exception>
    public abstract void Train(in TrainContext context);

    /// <summary>Puts the dense weights and their optimizer's state into sections.</summary>
    /// <param name="sections">Receives everything that <see cref="Load(ModelSections)"/> needs to go on to the bit.</param>
    public abstract void Save(ModelSections sections);

    /// <summary>
    /// Takes what <see cref="Save(ModelSections)"/> put in, exactly to the bit. Reads everything and calls <see
    /// cref="ModelSections.RequireAllRead"/> before the first weight changes.
    /// </summary>
    /// <param name="sections">The sections.</param>
    /// <exception cref="InvalidDataException">They are not of a model of this shape; the model is unchanged.</exception>
    public abstract void Load(ModelSections sections);

    /// <summary>Writes the sections with the model's name, the schema's fingerprint and a checksum.</summary>
    /// <param name="destination">Receives little-endian bytes that <see cref="Load(Stream)"/> reads.</param>
    public void Save(Stream destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var sections = new ModelSections();
        Save(sections);
        ModelFile.Write(destination, Name, Schema.Fingerprint, sections);
    }

    /// <summary>Reads what <see cref="Save(Stream)"/> wrote, exactly to the bit.</summary>
    /// <param name="source">The bytes.</param>
    /// <exception cref="InvalidDataException">They are not of a model of this name, schema and shape; the model is unchanged.</exception>
    public void Load(Stream source) => Load(ModelFile.Read(source, Name, Schema.Fingerprint));

    /// <summary>Releases what the model holds.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases what the model holds.</summary>
    /// <param name="disposing">Always true: the base class has no finalizer.</param>
    protected virtual void Dispose(bool disposing)
    {
    }
}
