using Microsoft.Extensions.Options;
using Monolith.Embeddings.Kernels.Functions;
using Monolith.Embeddings.Kernels.Matrices;
using Monolith.Embeddings.Kernels.Reductions;
using Monolith.Embeddings.Models.Losses;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Models;

/// <summary>
/// The softmax loss of a user's item among k items that were drawn for it: with the score s(u, i) = dot / temperature, corrected for how
/// often i is drawn, the loss of a row is -ln(e^s of its item / sum over it and the negatives).
/// </summary>
/// <remarks>
/// Draws are with replacement, and one that comes twice counts twice. With <see cref="SoftmaxCorrection.NegativesOnly"/> the sum over the
/// negatives of e^(s - ln(k Q)) has the expectation of that over all other items; the gradient, as of any finite sample, has a bias that
/// falls as 1 / k. The same bits on every machine and at every vector width. One thread at a time; nothing is allocated once it has seen
/// its largest k.
/// </remarks>
public sealed class SampledSoftmax
{
    private readonly SoftmaxOptions _options;
    private float[] _logits = [];

    /// <summary>Creates a loss.</summary>
    /// <param name="options">How; the defaults where null. Copied.</param>
    /// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
    public SampledSoftmax(SoftmaxOptions? options = null)
    {
        OptionErrors.ThrowIfInvalid(options ??= new());
        _options = options.Copy();
    }

    /// <summary>Computes losses and gradients.</summary>
    /// <param name="examples">The batch; of any number of rows.</param>
    /// <param name="losses">
    /// Receives the losses before the weights, [rows], in nats; NaN for a row that has none: its scores are not finite, or its weight by
    /// the temperature is beyond 1e9.
    /// </param>
    /// <param name="gradients">Receive the gradients; a row without loss has zeros.</param>
    /// <returns>How many rows have a loss.</returns>
    /// <exception cref="ArgumentException">
    /// Lengths do not fit, a number is not finite or lies outside, or the results share memory with the inputs; nothing was written.
    /// </exception>
    public int Compute(in SampledSoftmaxExamples examples, Span<float> losses, in SampledSoftmaxGradients gradients)
    {
        SoftmaxChecks.Require(in examples, losses.Length, in gradients, _options);
        var (count, learned) = (examples.NegativeCount, 0);
        if (_logits.Length < count + 1) _logits = new float[count + 1];
        var logDraws = _options.Correction == SoftmaxCorrection.NegativesOnly ? (float)ExactMath.Log(count) : 0;
        for (var row = 0; row < losses.Length; row++)
        {
            losses[row] = Compute(in examples, row, logDraws, in gradients);
            if (!float.IsNaN(losses[row])) learned++;
        }
        return learned;
    }

    // The positive comes first, then the negatives.
    private float Compute(in SampledSoftmaxExamples examples, int row, float logDraws, in SampledSoftmaxGradients gradients)
    {
        var (count, dimension) = (examples.NegativeCount, examples.Dimension);
        var logits = _logits.AsSpan(0, count + 1);
        var user = examples.Users.Slice(row * dimension, dimension);
        var positive = examples.Positives.Slice(row * dimension, dimension);
        var negatives = new ReadOnlyMatrix(examples.Negatives.Slice(row * count * dimension, count * dimension), count, dimension);
        var column = new ReadOnlyMatrix(user, dimension, 1);
        MatrixProduct.Multiply(new ReadOnlyMatrix(positive, 1, dimension), column, new Matrix(logits[..1], 1, 1), accumulate: false);
        MatrixProduct.Multiply(negatives, column, new Matrix(logits[1..], count, 1), accumulate: false);
        ToLogits(in examples, row, logDraws, logits);
        var weight = examples.Weights.IsEmpty ? 1 : examples.Weights[row];
        var loss = SoftmaxRow.ToGradient(logits, 0, weight / _options.Temperature);

        var userGradient = gradients.Users.Slice(row * dimension, dimension);
        MatrixProduct.Multiply(
            new ReadOnlyMatrix(logits[1..], 1, count), negatives, new Matrix(userGradient, 1, dimension), accumulate: false);
        VectorSum.AddScaled(userGradient, positive, logits[0]);
        var positiveGradient = gradients.Positives.Slice(row * dimension, dimension);
        positiveGradient.Clear();
        VectorSum.AddScaled(positiveGradient, user, logits[0]);
        MatrixProduct.Multiply(new ReadOnlyMatrix(logits[1..], count, 1), new ReadOnlyMatrix(user, 1, dimension),
            new Matrix(gradients.Negatives.Slice(row * count * dimension, count * dimension), count, dimension), accumulate: false);
        return loss;
    }

    private void ToLogits(in SampledSoftmaxExamples examples, int row, float logDraws, Span<float> logits)
    {
        var (count, inverse) = (examples.NegativeCount, 1 / _options.Temperature);
        var isCorrected = !examples.NegativeLogQ.IsEmpty;
        var ofPositive = examples.PositiveLogQ.IsEmpty || _options.Correction == SoftmaxCorrection.NegativesOnly
            ? 0
            : examples.PositiveLogQ[row];
        logits[0] = MathF.FusedMultiplyAdd(logits[0], inverse, -ofPositive);
        for (var j = 0; j < count; j++)
        {
            var place = row * count + j;
            var correction = isCorrected ? examples.NegativeLogQ[place] + logDraws : 0;
            logits[j + 1] = examples.NegativeIds[place] == examples.PositiveIds[row]
                ? float.NegativeInfinity
                : MathF.FusedMultiplyAdd(logits[j + 1], inverse, -correction);
        }
    }
}
