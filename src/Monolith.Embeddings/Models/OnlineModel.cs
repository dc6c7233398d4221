using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Models;

/// <summary>
/// The dense part of a recommender: takes the pooled embeddings and dense features of a batch, predicts, and learns. The built-in models
/// run on the CPU; a module of any tensor library fits behind the same members.
/// </summary>
/// <remarks>
/// <see cref="Predict"/> may run on any number of threads at once, but not while <see cref="Train"/> or <see cref="Load"/> runs.
/// <see cref="Train"/> runs on one thread at a time. Logits are task-major: [tasks, rows]. Everything passed in belongs to the caller and is
/// valid during the call alone.
/// </remarks>
public abstract class OnlineModel : IDisposable
{
    /// <summary>The name that files carry and check, such as <c>deep-fm</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The schema that the model was made for.</summary>
    public abstract FeatureSchema Schema { get; }

    /// <summary>Computes the logits of a batch.</summary>
    /// <param name="inputs">The pooled embeddings, laid out by the schema's <see cref="FeatureSchema.Layout"/>.</param>
    /// <param name="dense">The dense features, [rows, <see cref="FeatureSchema.DenseWidth"/>].</param>
    /// <param name="logits">Receives the logits, [tasks, rows].</param>
    /// <exception cref="ArgumentException">The shapes do not fit; the message holds the numbers.</exception>
    public abstract void Predict(FeatureBlocks inputs, ReadOnlySpan<float> dense, Span<float> logits);

    /// <summary>
    /// Learns from a batch: computes the logits as they are before learning, updates the dense weights, and hands back the gradient of the
    /// <b>sum</b> over the batch of weight times loss (never the mean: a step must not depend on the batch size).
    /// </summary>
    /// <param name="inputs">The pooled embeddings, laid out by the schema's <see cref="FeatureSchema.Layout"/>.</param>
    /// <param name="examples">Labels (NaN: no loss and no gradient for that task), weights, logit offsets and dense features.</param>
    /// <param name="gradients">
    /// Receives the gradients of <paramref name="inputs"/>; resized by the model, which then writes all of them: zeros for a segment that it does not use
    /// (<see cref="FeatureBlocks.Clear"/>).
    /// </param>
    /// <param name="logits">
    /// Receives the logits without the offsets, [tasks, rows]; NaN for an example that was not learned from because its numbers were
    /// absurd.
    /// </param>
    /// <exception cref="ArgumentException">The shapes do not fit; the message holds the numbers.</exception>
    public abstract void Train(FeatureBlocks inputs, ExampleBatch examples, FeatureBlocks gradients, Span<float> logits);

    /// <summary>Writes the dense weights and their optimizer state.</summary>
    /// <param name="destination">Receives little-endian bytes that <see cref="Load"/> reads.</param>
    public abstract void Save(Stream destination);

    /// <summary>Reads what <see cref="Save"/> wrote, exactly to the bit.</summary>
    /// <param name="source">The bytes.</param>
    /// <exception cref="InvalidDataException">They are not of a model of this name and shape; the model is unchanged.</exception>
    public abstract void Load(Stream source);

    /// <summary>
    /// Whether all dense weights, and all numbers that their optimizer keeps, are finite. A trainer asks after each batch, and stops where
    /// they are not, before it commits. Default true, for models that do not say.
    /// </summary>
    public virtual bool HasFiniteWeights => true;

    /// <summary>Told by <see cref="CompletedForward"/>; for the trainer's profile.</summary>
    internal Action? ForwardObserver { get; set; }

    /// <summary>Decides about <see cref="ScaleOfGradients"/>; set by a trainer that clips by the global norm.</summary>
    internal Func<double, double>? GradientScaler { get; set; }

    /// <summary>
    /// Whether <see cref="Train"/> asks for the <see cref="ScaleOfGradients"/>, so that a trainer may clip the gradients of embeddings and dense weights by their
    /// common norm. Default false: a trainer that is told to clip so refuses the model.
    /// </summary>
    public virtual bool SupportsGlobalNorm => false;

    /// <summary>
    /// To be called once by <see cref="Train"/> of a model that <see cref="SupportsGlobalNorm"/>, after all gradients of the inputs were written and
    /// before the first dense weight changes. A model without dense weights gives 0 and need not look at the answer.
    /// </summary>
    /// <param name="squaredNorm">The sum of the squares of the gradients of all dense weights; 0 for a batch from which they do not learn.</param>
    /// <returns>What to multiply the gradients of the dense weights by: 1 unless they are to be clipped, never more. Those of the inputs are left as they are.</returns>
    protected double ScaleOfGradients(double squaredNorm) => GradientScaler?.Invoke(squaredNorm) ?? 1;

    /// <summary>Whether somebody asks for the norm of the gradients, which costs a pass over them.</summary>
    protected bool IsGlobalNormAsked => GradientScaler is not null;

    /// <summary>Whether somebody wants to know when predicting ends and learning begins.</summary>
    protected bool IsForwardObserved => ForwardObserver is not null;

    /// <summary>
    /// To be called by <see cref="Train"/> between predicting and learning, so that a profile can tell the two apart. A model that never calls
    /// it works as well; its whole time then counts as learning. Does nothing unless <see cref="IsForwardObserved"/>.
    /// </summary>
    protected void CompletedForward() => ForwardObserver?.Invoke();

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
