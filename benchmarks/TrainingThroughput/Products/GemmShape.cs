namespace TrainingThroughput.Products;

/// <summary>The shape of a product C = A B, and how its operands lie in memory.</summary>
/// <param name="Rows">Rows of A and C.</param>
/// <param name="Columns">Columns of B and C.</param>
/// <param name="Depth">Columns of A, rows of B.</param>
/// <param name="IsLeftTransposed">Whether A lies as [depth, rows].</param>
/// <param name="IsRightTransposed">Whether B lies as [columns, depth].</param>
internal sealed record GemmShape(int Rows, int Columns, int Depth, bool IsLeftTransposed = false, bool IsRightTransposed = false)
{
    private const int Inputs = CriteoShape.Slots * CriteoShape.Dimension + CriteoShape.Dense;

    public double Operations => 2.0 * Rows * Columns * Depth;

    /// <summary>The products x W of the hidden layers.</summary>
    public static GemmShape[] Forward { get; } =
    [
        new(CriteoShape.BatchSize, CriteoShape.Hidden[0], Inputs),
        new(CriteoShape.BatchSize, CriteoShape.Hidden[1], CriteoShape.Hidden[0]),
    ];

    /// <summary>The products of the gradients of their outputs with W transposed.</summary>
    public static GemmShape[] InputGradients { get; } =
    [
        new(CriteoShape.BatchSize, CriteoShape.Hidden[0], CriteoShape.Hidden[1], IsRightTransposed: true),
        new(CriteoShape.BatchSize, Inputs - CriteoShape.Dense, CriteoShape.Hidden[0], IsRightTransposed: true),
    ];

    /// <summary>The products of x transposed with the gradients of their outputs.</summary>
    public static GemmShape[] WeightGradients { get; } =
    [
        new(CriteoShape.Hidden[0], CriteoShape.Hidden[1], CriteoShape.BatchSize, IsLeftTransposed: true),
        new(Inputs, CriteoShape.Hidden[0], CriteoShape.BatchSize, IsLeftTransposed: true),
    ];

    /// <summary>All of these.</summary>
    public static GemmShape[] HiddenLayers { get; } = [.. Forward, .. InputGradients, .. WeightGradients];

    /// <summary>Those of the last unit: forward, the gradient of its inputs and that of its weights.</summary>
    public static GemmShape[] LastUnit { get; } =
    [
        new(CriteoShape.BatchSize, 1, CriteoShape.Hidden[1]),
        new(CriteoShape.BatchSize, CriteoShape.Hidden[1], 1, IsRightTransposed: true),
        new(CriteoShape.Hidden[1], 1, CriteoShape.BatchSize, IsLeftTransposed: true),
    ];
}
