using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace TrainingThroughput.Products;

/// <summary>The library OpenBLAS, where the machine has it: Debian's package <c>libopenblas0-pthread</c>. It runs on one thread.</summary>
internal sealed unsafe partial class OpenBlasLibrary
{
    private const int RowMajor = 101, AsItIs = 111, Transposed = 112;

    private readonly delegate* unmanaged[Cdecl]<
        int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void> _multiply;

    private OpenBlasLibrary(nint library)
    {
        _multiply = (delegate* unmanaged[Cdecl]<
            int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)
            NativeLibrary.GetExport(library, "cblas_sgemm");
        ((delegate* unmanaged[Cdecl]<int, void>)NativeLibrary.GetExport(library, "openblas_set_num_threads"))(1);
        var core = ((delegate* unmanaged[Cdecl]<nint>)NativeLibrary.GetExport(library, "openblas_get_corename"))();
        Core = Marshal.PtrToStringAnsi(core)!;
    }

    /// <summary>Which processor its code is made for.</summary>
    public string Core { get; }

    /// <summary>The library, or null where it is not installed.</summary>
    public static OpenBlasLibrary? Find()
    {
        ChooseCore();
        return NativeLibrary.TryLoad("libopenblas.so.0", out var library) ? new OpenBlasLibrary(library) : null;
    }

    /// <summary>C = A B.</summary>
    /// <param name="a">[m, k], row-major; where it is transposed, [k, m].</param>
    /// <param name="b">[k, n], row-major; where it is transposed, [n, k].</param>
    /// <param name="c">[m, n], row-major.</param>
    /// <param name="shape">The shape, and what is transposed.</param>
    public void Multiply(float[] a, float[] b, float[] c, GemmShape shape)
    {
        var (m, n, k) = (shape.Rows, shape.Columns, shape.Depth);
        fixed (float* left = a, right = b, result = c)
        {
            _multiply(
                RowMajor, shape.IsLeftTransposed ? Transposed : AsItIs, shape.IsRightTransposed ? Transposed : AsItIs, m, n, k,
                1, left, shape.IsLeftTransposed ? m : k, right, shape.IsRightTransposed ? k : n, 0, result, n);
        }
    }

    /// <summary>
    /// The library takes old code for processors that are newer than it is. So it is told which instructions there are: those that .NET
    /// uses, whatever the environment says.
    /// </summary>
    private static void ChooseCore()
    {
        if (OperatingSystem.IsLinux() && Avx2.IsSupported)
            SetVariable("OPENBLAS_CORETYPE", Avx512F.IsSupported ? "SkylakeX" : "Haswell", overwrite: 1);
    }

    // .NET keeps variables of its own, which native code does not see.
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
