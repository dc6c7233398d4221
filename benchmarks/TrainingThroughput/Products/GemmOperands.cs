namespace TrainingThroughput.Products;

/// <summary>The operands of some products, and room for their results.</summary>
internal sealed class GemmOperands(GemmShape[] shapes)
{
    public GemmShape[] Shapes => shapes;

    public float[][] Left { get; } = [.. shapes.Select(shape => Values(shape.Rows * shape.Depth))];

    public float[][] Right { get; } = [.. shapes.Select(shape => Values(shape.Depth * shape.Columns))];

    public float[][] Results { get; } = [.. shapes.Select(shape => new float[shape.Rows * shape.Columns])];

    /// <summary>The floating-point operations of all products, a multiply-add counted as two.</summary>
    public double Operations => shapes.Sum(shape => shape.Operations);

    private static float[] Values(int length)
    {
        var random = new Random(length);
        return [.. Enumerable.Range(0, length).Select(_ => random.NextSingle() - 0.5f)];
    }
}
