namespace OnlineTraining.Contest;

/// <summary>The built-in models.</summary>
public enum ModelKind
{
    /// <summary>DeepFM: factorization machine and perceptron on the same vectors.</summary>
    DeepFm,

    /// <summary>Factorization machine.</summary>
    Fm,

    /// <summary>Logistic regression.</summary>
    Logistic,
}
