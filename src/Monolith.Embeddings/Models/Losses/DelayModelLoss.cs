using Monolith.Embeddings.Kernels.Functions;
using Monolith.Embeddings.Models.Losses;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Models;

/// <summary>
/// The loss of the delay model (Chapelle 2014) for models with two outputs: p = sigmoid(logit) is the chance that an action ever comes, and
/// L = exp(second logit) the rate of its exponential delay. A positive that came after d has -ln p - ln L + L d, a negative that has waited
/// e has -ln(1 - p + p exp(-L e)).
/// </summary>
/// <remarks>
/// <para>
/// Where the delays are exponential, the estimate of p has no bias, however short the wait. Logit offsets do not fit it: a sample of its
/// negatives is corrected by weights, 1 / (the rate at which they were kept).
/// </para>
/// <para>
/// Results are computed in double precision, of + - x / and fused multiply-add alone, and have the same bits on every machine. Thread-safe;
/// nothing is allocated.
/// </para>
/// </remarks>
public static class DelayModelLoss
{
    /// <summary>Computes losses and their gradients by both outputs, before the weights of the examples.</summary>
    /// <param name="examples">Outputs, labels and delays.</param>
    /// <param name="losses">
    /// Receives the losses, [rows]: NaN for an example without label or delay, or whose outputs are not finite or absurd: beyond a million,
    /// or a gradient beyond 1e9.
    /// </param>
    /// <param name="logitGradients">Receives the gradients by the first output, [rows]; 0 where there is no loss.</param>
    /// <param name="logRateGradients">Receives the gradients by the second output, [rows]; 0 where there is no loss.</param>
    /// <returns>How many examples have a loss.</returns>
    /// <exception cref="ArgumentException">The lengths differ; the message holds them. Nothing was written.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The unit is not greater than 0. Nothing was written.</exception>
    public static int Compute(
        in DelayModelExamples examples, Span<float> losses, Span<float> logitGradients, Span<float> logRateGradients)
    {
        RequireShapes(in examples, losses.Length, logitGradients.Length, logRateGradients.Length);
        var (perSecond, learned) = (PerSecond(examples.Unit), 0);
        for (var row = 0; row < losses.Length; row++)
        {
            var label = Of(in examples, row, perSecond);
            var isLost = AbsurdLoss.Is(label);
            losses[row] = isLost ? float.NaN : (float)label.Loss;
            logitGradients[row] = isLost ? 0 : (float)label.ByLogit;
            logRateGradients[row] = isLost ? 0 : (float)label.ByRate;
            learned += isLost ? 0 : 1;
        }
        return learned;
    }

    /// <summary>How many units a second is.</summary>
    internal static double PerSecond(TimeSpan unit) => 1 / unit.TotalSeconds;

    /// <summary>Loss and slopes of an example with a label and a delay, whose outputs are not absurd.</summary>
    internal static DelayedLabel Of(float logit, float logRate, float label, float delay, double perSecond) =>
        DelayedLabel.Of(logit, logRate, label, Math.Max(0, delay) * perSecond);

    private static DelayedLabel Of(in DelayModelExamples examples, int row, double perSecond)
    {
        var (logit, logRate, label) = (examples.Logits[row], examples.LogRates[row], examples.Labels[row]);
        var delay = examples.Delays[row];
        if (float.IsNaN(label) || float.IsNaN(delay) || AbsurdLoss.Is(logit) || AbsurdLoss.Is(logRate)) return AbsurdLoss.None;
        return Of(logit, logRate, label, delay, perSecond);
    }

    private static void RequireShapes(in DelayModelExamples examples, int losses, int logitGradients, int logRateGradients)
    {
        var rows = examples.Logits.Length;
        if (examples.LogRates.Length != rows || examples.Labels.Length != rows || examples.Delays.Length != rows
            || losses != rows || logitGradients != rows || logRateGradients != rows)
        {
            throw new ArgumentException(
                $"All have one length, that of {rows} logits; there are {examples.LogRates.Length} rates, {examples.Labels.Length} labels, "
                + $"{examples.Delays.Length} delays, and room for {losses} losses, {logitGradients} and {logRateGradients} gradients.",
                nameof(examples));
        }
        if (examples.Unit <= TimeSpan.Zero)
            throw OutOfRange.Of(nameof(examples), examples.Unit, "The unit of the rates is greater than 0; an hour by default.");
    }
}
