using Monolith.Embeddings.TorchSharp.Blocks;
using Monolith.Embeddings.TorchSharp.Running;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Tests.Support;

/// <summary>
/// A device on the CPU whose copies are done as late as they may be. What comes back holds NaN until it was waited for, and memory that is
/// changed or disposed while a copy from it may still run is noted.
/// </summary>
internal sealed class DelayedCopies : DeviceCopies
{
    private readonly List<(Tensor Staged, float[] Values, bool IsBack)> _running = [];

    public override Device Device => CPU;

    /// <summary>What was done, in order.</summary>
    public List<string> Log { get; } = [];

    /// <summary>What went wrong.</summary>
    public List<string> Faults { get; } = [];

    public override Tensor Staging(BlockShape shape, int rows) => shape.Empty(rows);

    public override Tensor ToDevice(Tensor staged)
    {
        Log.Add("to device");
        _running.Add((staged, HostFloats.Of(staged).ToArray(), false));
        // The module sees the numbers at once, as a device's kernels wait for its copies.
        return staged.clone();
    }

    public override void ToHost(Tensor values, Tensor staged)
    {
        Log.Add("to host");
        var arriving = new float[values.numel()];
        HostFloats.Read(values, arriving);
        HostFloats.Of(staged).Fill(float.NaN);
        _running.Add((staged, arriving, true));
    }

    public override void Complete()
    {
        Log.Add("complete");
        foreach (var (staged, values, isBack) in _running)
        {
            if (staged.IsInvalid) Faults.Add("memory was freed while a copy ran");
            else if (isBack) values.CopyTo(HostFloats.Of(staged));
            else if (!HostFloats.Of(staged).SequenceEqual(values)) Faults.Add("memory was written while a copy from it ran");
        }
        _running.Clear();
    }
}
