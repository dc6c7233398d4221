namespace TrainingThroughput.Products;

/// <summary>Products by OpenBLAS.</summary>
internal sealed class OpenBlasProducts(OpenBlasLibrary library, GemmOperands operands)
{
    public void Run(int first, int count)
    {
        for (var batch = first; batch < first + count; batch++)
        {
            for (var i = 0; i < operands.Shapes.Length; i++)
                library.Multiply(operands.Left[i], operands.Right[i], operands.Results[i], operands.Shapes[i]);
        }
    }
}
