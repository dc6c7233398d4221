namespace Monolith.Embeddings.Kernels.Rules;

/// <summary>The constants of Adam and its variants that depend on the row, with r = sqrt(1 - b2^t).</summary>
/// <param name="Mean">What m is multiplied by: lr r / (1 - b1^t), with Nesterov lr r b1 / (1 - b1^(t + 1)).</param>
/// <param name="Gradient">What g' is multiplied by beside m: 0, with Nesterov lr r (1 - b1) / (1 - b1^t).</param>
/// <param name="Epsilon">eps r.</param>
internal readonly record struct AdamFactors(float Mean, float Gradient, float Epsilon);
