namespace Monolith.Embeddings.Kernels.Rules;

/// <summary>Adam with look-ahead, decoupled decay, or both.</summary>
internal readonly struct AllAdamTerms : IAdamTerms
{
    public static bool AreAll => true;

    public static bool KeepLargest => false;
}
