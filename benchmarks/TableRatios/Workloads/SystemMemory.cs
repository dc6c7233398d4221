using System.Globalization;

namespace TableRatios.Workloads;

/// <summary>
/// The memory in use as the system sees it: the control group of this process where it can be read (version 2, then 1), else what the whole
/// machine has not available.
/// </summary>
internal static class SystemMemory
{
    private const string Groups = "/sys/fs/cgroup", MachineFile = "/proc/meminfo";

    private static readonly string? GroupFile = FindGroupFile();

    public static string Source => GroupFile ?? MachineFile;

    public static bool IsReadable => GroupFile is not null || File.Exists(MachineFile);

    public static long UsedBytes =>
        GroupFile is not null ? long.Parse(File.ReadAllText(GroupFile), CultureInfo.InvariantCulture) : MachineUsed();

    private static string? FindGroupFile()
    {
        if (!File.Exists("/proc/self/cgroup")) return null;
        var memberships = File.ReadAllLines("/proc/self/cgroup")
            .Select(line => line.Split(':', 3)).Where(parts => parts.Length == 3).ToArray();
        var second = memberships.Where(m => m[1].Length == 0)
            .Select(m => m[2]).SelectMany(path => Candidates(Groups, path, "memory.current"));
        var first = memberships.Where(m => m[1].Split(',').Contains("memory"))
            .Select(m => m[2]).SelectMany(path => Candidates(Groups + "/memory", path, "memory.usage_in_bytes"));
        return second.Concat(first).FirstOrDefault(File.Exists);
    }

    // Inside a container the group's own path may not be there; its root is the container then.
    private static string[] Candidates(string root, string path, string file) => [Path.Join(root, path, file), Path.Join(root, file)];

    private static long MachineUsed()
    {
        var lines = File.ReadAllLines(MachineFile);
        return Bytes("MemTotal:") - Bytes("MemAvailable:");

        long Bytes(string name) =>
            1024 * long.Parse(lines.Single(line => line.StartsWith(name, StringComparison.Ordinal))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
