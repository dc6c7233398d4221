namespace Monolith.Embeddings.Kernels.Rules;

/// <summary>AMSGrad (Reddi, Kale and Kumar 2018) with the terms of another variant.</summary>
internal readonly struct AmsGradTerms<TTerms> : IAdamTerms
    where TTerms : struct, IAdamTerms
{
    public static bool AreAll => TTerms.AreAll;

    public static bool KeepLargest => true;
}
