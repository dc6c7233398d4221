namespace Monolith.Embeddings.Kernels.Rules;

/// <summary>Adam as its paper has it.</summary>
internal readonly struct PaperAdamTerms : IAdamTerms
{
    public static bool AreAll => false;

    public static bool KeepLargest => false;
}
