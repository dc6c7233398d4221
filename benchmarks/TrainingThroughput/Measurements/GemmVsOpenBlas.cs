using Measuring;
using TrainingThroughput.Products;

namespace TrainingThroughput.Measurements;

/// <summary>
/// The rate of the library's matrix product by that of OpenBLAS, at the shapes of the hidden layers of the DeepFM, forward and backward,
/// and at those of its last unit. One thread each, by its processor time.
/// </summary>
internal sealed class GemmVsOpenBlas(ThroughputContext context)
{
    public const string Name = "gemm.vs_openblas";

    public void Run()
    {
        if (!context.Settings.IsWanted(Name)) return;
        if (OpenBlasLibrary.Find() is not { } library)
        {
            Console.WriteLine($"# {Name}: not measured, there is no libopenblas.so.0; Debian's package is libopenblas0-pthread.");
            return;
        }
        Console.WriteLine($"# {Name}: OpenBLAS runs its code for {library.Core}.");
        Compare(library, GemmShape.HiddenLayers, "");
        Compare(library, GemmShape.Forward, ".forward");
        Compare(library, GemmShape.InputGradients, ".input_gradients");
        Compare(library, GemmShape.WeightGradients, ".weight_gradients");
        Compare(library, GemmShape.LastUnit, ".last_unit");
    }

    private void Compare(OpenBlasLibrary library, GemmShape[] shapes, string suffix)
    {
        var operands = new GemmOperands(shapes);
        var (ratio, ours, theirs) = context.Compare(
            new OwnProducts(operands).Run, new OpenBlasProducts(library, operands).Run, () => BatchTime.NowOfProcess);
        // The ratio of rates is the inverse of that of times; operations a nanosecond are GFLOP/s.
        context.Report.Print(Name + suffix, 1 / ratio);
        context.Report.Print($"{Name}{suffix}.gflops", operands.Operations / ours);
        context.Report.Print($"{Name}{suffix}.openblas_gflops", operands.Operations / theirs);
    }
}
