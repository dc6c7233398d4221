using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Monolith.Embeddings.Tests.Kernels;

/// <summary>
/// Runs of these tests with instructions switched off mean something only if they are off: a switch whose name the runtime does not know is
/// ignored.
/// </summary>
public class InstructionSwitchTests
{
    [Test]
    public void A_switch_that_is_off_takes_its_instructions_away()
    {
        TestContext.Out.WriteLine($"Vectors in hardware: 512 {Vector512.IsHardwareAccelerated}, 256 {Vector256.IsHardwareAccelerated}, 128 "
            + $"{Vector128.IsHardwareAccelerated}");
        if (IsOff("EnableAVX512")) Assert.That((Vector512.IsHardwareAccelerated, Avx512F.IsSupported), Is.EqualTo((false, false)));
        if (IsOff("EnableAVX2"))
        {
            Assert.That(
                (Vector512.IsHardwareAccelerated, Vector256.IsHardwareAccelerated, Avx2.IsSupported), Is.EqualTo((false, false, false)));
        }
        if (IsOff("EnableHWIntrinsic"))
            Assert.That((Vector256.IsHardwareAccelerated, Vector128.IsHardwareAccelerated), Is.EqualTo((false, false)));
    }

    private static bool IsOff(string name) => Environment.GetEnvironmentVariable($"DOTNET_{name}") == "0";
}
