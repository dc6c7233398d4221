using Microsoft.Extensions.Options;
using Monolith.Embeddings.Kernels.Functions;
using Monolith.Embeddings.Kernels.Matrices;
using Monolith.Embeddings.Models.Losses;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Models;

/// <summary>
/// The softmax loss of a two-tower model whose negatives are the other rows' items: with the score s(u, i) = dot / temperature, corrected
/// for how often i is drawn, the loss of a row is -ln(e^s of its item / sum over the items of the batch).
/// </summary>
/// <remarks>
/// <para>
/// Popular items are negatives more often than others, and would be learned to be unpopular: - ln Q takes that out (Yi et al. 2019,
/// "Sampling-Bias-Corrected Neural Modeling"), see <see cref="SoftmaxCorrection"/>. In a row, its own item in another row is no negative
/// (an accidental hit).
/// </para>
/// <para>
/// Sums run in a fixed order, products by the kernels of the dense models: the same bits on every machine and at every vector width. One
/// thread at a time: an object holds the work space, rows x (64 + dimension) floats. Nothing is allocated once it has seen its largest
/// batch.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// // Counts what was chosen, and learns from it.
/// sketch.Add(itemIds);
/// sketch.EstimateLogQ(itemIds, logQ);
/// var examples = new InBatchExamples
/// {
///     Users = userVectors,
///     Items = itemVectors,
///     Dimension = 32,
///     ItemIds = itemIds,
///     LogQ = logQ,
/// };
/// softmax.Compute(in examples, losses, userGradients, itemGradients);
/// </code>
/// </example>
public sealed class InBatchSoftmax
{
    // Rows at a time: their logits stay in a cache, and the gradients of the items are still summed row after row.
    private const int BlockRows = 64;

    private readonly SoftmaxOptions _options;
    private readonly BatchItems _items = new();
    private float[] _transposed = [], _logits = [];

    /// <summary>Creates a loss.</summary>
    /// <param name="options">How; the defaults where null. Copied.</param>
    /// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
    public InBatchSoftmax(SoftmaxOptions? options = null)
    {
        OptionErrors.ThrowIfInvalid(options ??= new());
        _options = options.Copy();
    }

    /// <summary>Computes losses and gradients.</summary>
    /// <param name="examples">The batch; of any number of rows. A row alone has no negatives, and the loss 0.</param>
    /// <param name="losses">
    /// Receives the losses before the weights, [rows], in nats; NaN for a row that has none: its scores are not finite, or its weight by
    /// the temperature is beyond 1e9.
    /// </param>
    /// <param name="userGradients">
    /// Receives the gradients of the users' vectors, [rows, dimension], of the sum of weight times loss; a row without loss has no part.
    /// </param>
    /// <param name="itemGradients">Receives those of the items' vectors, [rows, dimension]; those of one item are not summed up.</param>
    /// <returns>How many rows have a loss.</returns>
    /// <exception cref="ArgumentException">
    /// Lengths do not fit, a number is not finite or lies outside, or the results share memory with the inputs; nothing was written.
    /// </exception>
    public int Compute(in InBatchExamples examples, Span<float> losses, Span<float> userGradients, Span<float> itemGradients)
    {
        SoftmaxChecks.Require(in examples, losses.Length, userGradients, itemGradients);
        var (rows, dimension) = (losses.Length, examples.Dimension);
        _items.Begin(examples.ItemIds, examples.LogQ, _options);
        Reserve(ref _transposed, rows * dimension);
        Reserve(ref _logits, BlockRows * rows);
        var transposed = _transposed.AsSpan(0, rows * dimension);
        Transposition.Copy(new ReadOnlyMatrix(examples.Items, rows, dimension), transposed);
        itemGradients.Clear();
        var learned = 0;
        for (var first = 0; first < rows; first += BlockRows)
        {
            var count = Math.Min(BlockRows, rows - first);
            var users = new ReadOnlyMatrix(examples.Users.Slice(first * dimension, count * dimension), count, dimension);
            var logits = new Matrix(_logits.AsSpan(0, count * rows), count, rows);
            MatrixProduct.Multiply(users, new ReadOnlyMatrix(transposed, dimension, rows), logits, accumulate: false);
            for (var row = 0; row < count; row++)
            {
                var weight = examples.Weights.IsEmpty ? 1 : examples.Weights[first + row];
                losses[first + row] = ToGradient(logits.Row(row), first + row, weight);
                if (!float.IsNaN(losses[first + row])) learned++;
            }
            var slopes = new ReadOnlyMatrix(logits.Values, count, rows);
            MatrixProduct.Multiply(slopes, new ReadOnlyMatrix(examples.Items, rows, dimension),
                new Matrix(userGradients.Slice(first * dimension, count * dimension), count, dimension), accumulate: false);
            MatrixProduct.Multiply(slopes.Transposed, users, new Matrix(itemGradients, rows, dimension), accumulate: true);
        }
        return learned;
    }

    // Dot products become the slopes by them, of weight times loss.
    private float ToGradient(Span<float> dots, int row, float weight)
    {
        _items.ToLogits(dots, row);
        return SoftmaxRow.ToGradient(dots, row, weight / _options.Temperature);
    }

    private static void Reserve(ref float[] values, int count)
    {
        if (values.Length < count) values = new float[count];
    }
}
