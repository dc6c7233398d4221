using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models.Calibration;
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
    private DerivedFeatures? _derived;

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
    /// asks for them. Default false: a trainer that asks is refused.
    /// </summary>
    public virtual bool SupportsDenseGradients => false;

    /// <summary>
    /// Whether <see cref="Train"/> learns a task as its correction says. A trainer asks once for each task of the schema, and refuses the
    /// model where it does not. Default: log-loss, which is <see cref="FeedbackCorrection.None"/> and <see
    /// cref="FeedbackCorrection.FakeNegativeCalibration"/>. True too for a task whose logits are NaN.
    /// </summary>
    /// <param name="task">A task of the schema.</param>
    public virtual bool SupportsCorrection(LabelTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return task.Correction is FeedbackCorrection.None or FeedbackCorrection.FakeNegativeCalibration;
    }

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

    /// <summary>
    /// Whether the reported task's logit is a constant and the dot product of a query with the row of an item: then <see
    /// cref="ItemQueries"/> gives both, <see cref="Serving.Predictor"/> finds the best of all items for a request, and a trainer measures
    /// its ranking. A two-tower model whose item vectors are rows of a table is one. Default false.
    /// </summary>
    public virtual bool SupportsItemQueries => false;

    /// <summary>
    /// Computes the query and the constant of each row, so that constant + query . item is what <see cref="Predict"/> gives as the
    /// reported task's logit for the same row with that item's id in the slot. Called as <see cref="Predict"/> is, from any thread. Only
    /// where <see cref="SupportsItemQueries"/>.
    /// </summary>
    /// <param name="context">What all items share, in a row for each query, and what receives the results.</param>
    /// <exception cref="ArgumentException">The context is of another schema; nothing was written.</exception>
    /// <exception cref="NotSupportedException">The logit is no such dot product; the message says what to do.</exception>
    public virtual void ItemQueries(in ItemQueryContext context) => throw NoItemQueries();

    /// <summary>Says why, and what to do.</summary>
    internal virtual NotSupportedException NoItemQueries() => new(
        $"The logit of a model '{Name}' is not the dot product of a query with an item's row, as far as the library knows. Where it is, "
        + $"override {nameof(SupportsItemQueries)} and {nameof(ItemQueries)}. Else search its table by a query of your own, such as an "
        + "output of its user tower, with the overload of TopK that takes a table's name.");

    /// <summary>
    /// What the numbers of the sections belong to that <see cref="Save(ModelSections)"/> adds: by it <c>SchemaMigration</c> keeps the dense
    /// weights of what stays where a schema changes. Sections of floats that are not named, and all others, are begun new. Default: none;
    /// then the model is kept where its inputs and tasks are the same, and else begun new as a whole.
    /// </summary>
    public virtual IReadOnlyList<ModelSectionLayout> SectionLayouts => [];

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

    /// <summary>
    /// What derives slots and dense features of batches for this model, with what it has learned; null where the schema derives nothing.
    /// The model itself neither sees nor saves it: it stands beside the weights in all that holds them. Replaced where weights are loaded.
    /// </summary>
    public DerivedFeatures? DerivedFeatures
    {
        get
        {
            var derived = Volatile.Read(ref _derived);
            if (derived is not null || !Schema.HasDerived) return derived;
            Interlocked.CompareExchange(ref _derived, new DerivedFeatures(Schema), null);
            return _derived;
        }
    }

    /// <summary>Corrects the logits behind the model; null where nothing does. The model itself neither sees nor saves it.</summary>
    internal TaskCalibration? Calibration { get; set; }

    /// <summary>
    /// What the weights of a segment belong to, in the rows of all tables; null where that is no concern of the model.
    /// </summary>
    /// <param name="segment">The segment's name.</param>
    internal virtual IReadOnlyList<string>? ElementsOf(string segment) => null;

    /// <summary>Sets the states of optimizers to those of weights that were just assigned, where the model knows how.</summary>
    /// <param name="sections">The sections of this model, whose weights are as they will be.</param>
    internal virtual void BeginStates(ModelSections sections)
    {
    }

    /// <summary>Takes over what is no weight and no state of an optimizer, from a model of another schema.</summary>
    /// <param name="before">The other model.</param>
    /// <param name="from">Its sections.</param>
    /// <param name="to">The sections of this model.</param>
    /// <param name="names">For the name of a task of this model, what the other one calls it.</param>
    internal virtual void TakeCounts(OnlineModel before, ModelSections from, ModelSections to, Func<string, string> names)
    {
    }

    /// <summary>Puts the model's state, its correction and what its derived features have learned into sections.</summary>
    internal void SaveWhole(ModelSections sections)
    {
        Save(sections);
        Calibration?.Save(sections);
        DerivedSection.Save(DerivedFeatures, sections);
    }

    /// <summary>Takes what <see cref="SaveWhole"/> put in; a model without a correction has none afterwards.</summary>
    /// <exception cref="InvalidDataException">They are not of a model of this shape; the model is unchanged.</exception>
    internal void LoadWhole(ModelSections sections)
    {
        // Read first, so that the model does not take it for an unknown section.
        var calibration = TaskCalibration.Load(sections, Schema);
        var derived = DerivedSection.Load(Schema, sections);
        Load(sections);
        Calibration = calibration;
        Volatile.Write(ref _derived, derived);
    }

    /// <summary>Writes the sections with the model's name, the schema's fingerprint and a checksum.</summary>
    /// <param name="destination">Receives little-endian bytes that <see cref="Load(Stream)"/> reads.</param>
    public void Save(Stream destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var sections = new ModelSections();
        SaveWhole(sections);
        ModelFile.Write(destination, Name, Schema.Fingerprint, sections);
    }

    /// <summary>Reads what <see cref="Save(Stream)"/> wrote, exactly to the bit.</summary>
    /// <param name="source">The bytes.</param>
    /// <exception cref="InvalidDataException">They are not of a model of this name, schema and shape; the model is unchanged.</exception>
    public void Load(Stream source) => LoadWhole(ModelFile.Read(source, Name, Schema.Fingerprint));

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
