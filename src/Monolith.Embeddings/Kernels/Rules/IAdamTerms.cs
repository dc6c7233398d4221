namespace Monolith.Embeddings.Kernels.Rules;

/// <summary>Which terms a rule of Adam has; a type, so that the compiler leaves out the others.</summary>
internal interface IAdamTerms
{
    /// <summary>Whether there are those of Nesterov's look-ahead and of the decoupled decay, whose factors may be 0.</summary>
    static abstract bool AreAll { get; }

    /// <summary>Whether w goes by the largest v that there was, which is a third float of state a weight (AMSGrad).</summary>
    static abstract bool KeepLargest { get; }
}
