using Monolith.Embeddings.Kernels.Matrices;

namespace TrainingThroughput.Products;

/// <summary>Products by the library's own kernel, as its models use it: a right operand that lies transposed is copied first.</summary>
internal sealed class OwnProducts(GemmOperands operands)
{
    private readonly float[][] _transposed = [.. operands.Right.Select(right => new float[right.Length])];

    public void Run(int first, int count)
    {
        for (var batch = first; batch < first + count; batch++)
        {
            for (var i = 0; i < operands.Shapes.Length; i++) Multiply(i);
        }
    }

    private void Multiply(int i)
    {
        var shape = operands.Shapes[i];
        var (m, n, k, right) = (shape.Rows, shape.Columns, shape.Depth, operands.Right[i]);
        if (shape.IsRightTransposed) Transposition.Copy(new ReadOnlyMatrix(right, n, k), right = _transposed[i]);
        ReadOnlySpan<float> values = operands.Left[i];
        var left = shape.IsLeftTransposed ? new ReadOnlyMatrix(values, k, m).Transposed : new ReadOnlyMatrix(values, m, k);
        MatrixProduct.Multiply(left, new ReadOnlyMatrix(right, k, n), new Matrix(operands.Results[i], m, n), accumulate: false);
    }
}
