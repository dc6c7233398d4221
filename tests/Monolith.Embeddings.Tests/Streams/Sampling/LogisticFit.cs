namespace Monolith.Embeddings.Tests.Streams.Sampling;

/// <summary>The maximum-likelihood estimate of a logistic regression with intercept, by Newton's method.</summary>
internal sealed class LogisticFit
{
    private readonly List<(double[] X, double Label, double Weight, double Offset)> _rows = [];

    public void Add(ReadOnlySpan<float> features, double label, double weight = 1, double offset = 0) =>
        _rows.Add(([1, .. features.ToArray().Select(value => (double)value)], label, weight, offset));

    /// <param name="ridge">A little keeps the estimate finite where few rows can be told apart.</param>
    public double[] Solve(double ridge = 0)
    {
        var width = _rows[0].X.Length;
        var beta = new double[width];
        // Near enough for Newton's method: the rate, without the offsets.
        var rate = _rows.Sum(row => row.Weight * row.Label) / _rows.Sum(row => row.Weight);
        beta[0] = Math.Log(rate / (1 - rate)) - _rows.Average(row => row.Offset);
        for (var step = 0; step < 60; step++)
        {
            var (gradient, hessian) = (new double[width], new double[width, width]);
            foreach (var (x, label, weight, offset) in _rows)
            {
                var p = Predict(beta, x, offset);
                for (var i = 0; i < width; i++)
                {
                    gradient[i] += weight * (label - p) * x[i];
                    for (var j = 0; j < width; j++) hessian[i, j] += weight * p * (1 - p) * x[i] * x[j];
                }
            }
            for (var i = 0; i < width; i++)
            {
                gradient[i] -= ridge * beta[i];
                hessian[i, i] += ridge;
            }
            var change = SolveLinear(hessian, gradient);
            for (var i = 0; i < width; i++) beta[i] += change[i];
            if (change.Max(Math.Abs) < 1e-10) break;
        }
        return beta;
    }

    public static double Predict(double[] beta, ReadOnlySpan<float> features, double offset = 0)
    {
        var logit = beta[0] + offset;
        for (var i = 0; i < features.Length; i++) logit += beta[i + 1] * features[i];
        return 1 / (1 + Math.Exp(-logit));
    }

    private static double Predict(double[] beta, double[] x, double offset)
    {
        var logit = offset;
        for (var i = 0; i < x.Length; i++) logit += beta[i] * x[i];
        return 1 / (1 + Math.Exp(-logit));
    }

    private static double[] SolveLinear(double[,] matrix, double[] right)
    {
        var n = right.Length;
        for (var column = 0; column < n; column++)
        {
            var pivot = Enumerable.Range(column, n - column).MaxBy(row => Math.Abs(matrix[row, column]));
            for (var k = 0; k < n; k++) (matrix[column, k], matrix[pivot, k]) = (matrix[pivot, k], matrix[column, k]);
            (right[column], right[pivot]) = (right[pivot], right[column]);
            for (var row = 0; row < n; row++)
            {
                if (row == column) continue;
                var factor = matrix[row, column] / matrix[column, column];
                for (var k = column; k < n; k++) matrix[row, k] -= factor * matrix[column, k];
                right[row] -= factor * right[column];
            }
        }
        for (var i = 0; i < n; i++) right[i] /= matrix[i, i];
        return right;
    }
}
