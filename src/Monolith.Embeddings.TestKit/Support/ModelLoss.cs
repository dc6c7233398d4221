using Monolith.Embeddings.Models;

namespace Monolith.Embeddings.TestKit.Support;

/// <summary>
/// The loss of a batch by predictions alone, and its slope by differences: what the gradients that a model hands back are compared with.
/// </summary>
/// <param name="model">The model, which does not learn meanwhile.</param>
/// <param name="batch">The batch.</param>
/// <param name="loss">The loss of one task in one row: logit with offset, label.</param>
internal sealed class ModelLoss(OnlineModel model, ModelBatch batch, Func<double, double, double> loss)
{
    private const float Step = 1.0f / 256;

    // Single precision leaves an error of about 1e-7 / Step in a slope, a curve one of Step squared.
    private const double Tolerance = 4e-3, RelativeTolerance = 2e-2;

    /// <summary>The sum over rows and tasks of weight times loss.</summary>
    public double Total()
    {
        batch.Predict(model);
        var (sum, tasks) = (0.0, batch.Schema.Tasks);
        for (var row = 0; row < batch.Rows; row++)
        {
            for (var task = 0; task < tasks.Count; task++)
            {
                var (logit, label) = (batch.Logits[row * tasks.Count + task], batch.Examples.Labels(tasks[task])[row]);
                if (float.IsNaN(label) || float.IsNaN(logit)) continue;
                sum += batch.Examples.Weights[row] * loss(logit + (double)batch.Examples.LogitOffsets(tasks[task])[row], label);
            }
        }
        return sum;
    }

    /// <summary>The slopes to the left and to the right of a number; they differ where the loss has a corner.</summary>
    /// <param name="value">The number now.</param>
    /// <param name="write">Sets it.</param>
    /// <param name="total">The loss as it is.</param>
    public (double Left, double Right) Slopes(float value, Action<float> write, double total)
    {
        write(value + Step);
        var right = Total();
        write(value - Step);
        var left = Total();
        write(value);
        return ((total - left) / Step, (right - total) / Step);
    }

    /// <summary>Compares a gradient with the slopes.</summary>
    /// <returns>Whether it could be compared: not at a corner.</returns>
    public static bool Check((double Left, double Right) slopes, float gradient, string what)
    {
        var (low, high) = (Math.Min(slopes.Left, slopes.Right), Math.Max(slopes.Left, slopes.Right));
        var middle = (low + high) / 2;
        var allowed = Tolerance + RelativeTolerance * Math.Abs(middle);
        if (high - low > allowed) return false;
        Expect.That(Math.Abs(gradient - middle) <= allowed, $"{what}: a gradient of {middle:G4} was expected, but it is {gradient:R}");
        return true;
    }
}
