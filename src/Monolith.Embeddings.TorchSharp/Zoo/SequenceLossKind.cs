namespace Monolith.Embeddings.TorchSharp;

/// <summary>How the next item of a sequence is compared with its negatives.</summary>
public enum SequenceLossKind
{
    /// <summary>A softmax over the next item and the negatives.</summary>
    SampledSoftmax,

    /// <summary>Log-loss of the logistic function: the next item is a yes, each negative a no.</summary>
    Logistic,
}
