using Monolith.Embeddings.Kernels.Lanes;
using Processor = System.Runtime.InteropServices.Architecture;

namespace Monolith.Embeddings.Tests.Kernels.Lanes;

[TestFixture]
public sealed class CompiledCodeTests
{
    [Test]
    public void Only_code_for_x64_that_was_compiled_ahead_of_time_without_the_instruction_is_slow(
        [Values] bool isAheadOfTime, [Values(Processor.X64, Processor.Arm64)] Processor architecture, [Values] bool hasInstruction)
    {
        var isSlow = (isAheadOfTime, architecture, hasInstruction) == (true, Processor.X64, false);
        Assert.That(CompiledCode.Emulates(isAheadOfTime, architecture, hasInstruction), Is.EqualTo(isSlow));
    }

    [Test]
    public void What_a_just_in_time_compiler_makes_is_not_called_slow() => Assert.That(CompiledCode.EmulatesFusedMultiplyAdd, Is.False);
}
