namespace Monolith.Embeddings.Kernels;

/// <summary>Every variant of Adam.</summary>
internal readonly struct AllAdamTerms : IAdamTerms
{
    public static bool AreAll => true;
}
