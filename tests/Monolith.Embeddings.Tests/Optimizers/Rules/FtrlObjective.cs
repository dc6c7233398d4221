namespace Monolith.Embeddings.Tests.Optimizers.Rules;

/// <summary>
/// What FTRL-Proximal minimises for one weight, written from its definition with the whole history (McMahan 2011, section 2.1): the sum of
/// g_s w + sigma_s (w - w_s)^2 / 2 over all steps, with the strengths sigma_s = (sqrt n_s - sqrt n_(s-1)) / lr, + (beta + sqrt n_0) / (2
/// lr) (w - w_0)^2 + l1 |w| + l2 / 2 w^2.
/// </summary>
internal sealed class FtrlObjective(double birth, double rate, double beta, double accumulator, double l1, double l2)
{
    private readonly List<(double Gradient, double Strength, double Center)> _steps = [];
    private double _squares;

    /// <param name="weight">The weight that the gradient was taken at.</param>
    /// <param name="gradient">The gradient.</param>
    public void Add(double weight, double gradient)
    {
        if (gradient == 0) return;
        var before = Math.Sqrt(accumulator + _squares);
        _squares += gradient * gradient;
        _steps.Add((gradient, (Math.Sqrt(accumulator + _squares) - before) / rate, weight));
    }

    /// <summary>By bisection on the slope, which rises with the weight and jumps by 2 l1 at 0.</summary>
    public double Minimizer()
    {
        if (Math.Abs(SmoothSlope(0)) <= l1) return 0;
        var (low, high) = (-1e3, 1e3);
        while (high - low > 1e-12 && (low + high) / 2 is var middle && middle > low && middle < high)
        {
            if (SmoothSlope(middle) + l1 * Math.Sign(middle) > 0) high = middle;
            else low = middle;
        }
        return (low + high) / 2;
    }

    private double SmoothSlope(double weight)
    {
        var slope = (beta + Math.Sqrt(accumulator)) / rate * (weight - birth) + l2 * weight;
        foreach (var (gradient, strength, center) in _steps) slope += gradient + strength * (weight - center);
        return slope;
    }
}
