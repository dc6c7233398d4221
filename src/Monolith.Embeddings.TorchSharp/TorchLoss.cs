using Monolith.Embeddings.Features;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp;

/// <summary>What a <see cref="TorchModel"/> learns by.</summary>
public abstract class TorchLoss
{
    /// <summary>
    /// Whether a row without any label teaches nothing. Default true: a batch of such rows changes nothing. False for a loss that knows no
    /// labels, such as a softmax over the items of the batch.
    /// </summary>
    public virtual bool NeedsLabels => true;

    /// <summary>
    /// The loss of a batch as a tensor of one element, of floats: the <b>sum</b> over rows of weight times loss, never the mean, so that a
    /// step does not depend on the batch size. Rows whose weights are 0 must add nothing. Called inside of a dispose scope.
    /// </summary>
    /// <param name="result">What the module computed, with its graph.</param>
    /// <param name="targets">Labels and weights of the batch.</param>
    public abstract Tensor Compute(TorchResult result, TorchTargets targets);

    /// <summary>
    /// Told after each batch that changed the dense weights: for a loss that counts what it has learned. Not told where gradients are
    /// handed back (<see cref="Models.TrainContext.DenseGradients"/>). Default: does nothing.
    /// </summary>
    /// <param name="targets">As in <see cref="Compute"/>; rows that were left out have the weight 0.</param>
    public virtual void OnLearned(TorchTargets targets)
    {
    }

    /// <summary>What the loss has to know after a restart, for the model's commits. Default null: nothing.</summary>
    public virtual byte[]? SaveState() => null;

    /// <summary>Takes what <see cref="SaveState"/> gave. Only called where that gives something.</summary>
    /// <param name="state">The bytes.</param>
    /// <exception cref="InvalidDataException">They are not of such a loss; nothing changed.</exception>
    public virtual void LoadState(ReadOnlySpan<byte> state)
    {
    }

    /// <summary>Whether a task is learned as its correction says. Default: where it has none.</summary>
    /// <param name="task">A task of the schema.</param>
    public virtual bool SupportsCorrection(LabelTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return task.Correction == FeedbackCorrection.None;
    }

    /// <summary>A loss by a function, over the rows that have a label.</summary>
    /// <param name="compute">As <see cref="Compute"/>.</param>
    public static TorchLoss Of(Func<TorchResult, TorchTargets, Tensor> compute)
    {
        ArgumentNullException.ThrowIfNull(compute);
        return new FunctionLoss(compute);
    }

    private sealed class FunctionLoss(Func<TorchResult, TorchTargets, Tensor> compute) : TorchLoss
    {
        public override Tensor Compute(TorchResult result, TorchTargets targets) => compute(result, targets);
    }
}
