namespace Monolith.Embeddings.TorchSharp.CrashingTrainer;

/// <summary>Whose optimizer the dense weights learn by.</summary>
public enum DenseRule
{
    /// <summary>The core's, over the memory of the parameters.</summary>
    Core,

    /// <summary>TorchSharp's.</summary>
    TorchSharp,
}
