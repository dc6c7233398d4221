using System.Diagnostics;
using Npgsql;

namespace Monolith.Embeddings.AdoNet.Tests.Support;

/// <summary>
/// A PostgreSQL server of the tests' own in a temporary folder, reached by a socket in it, and gone with the process that started it.
/// </summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private const string Settings = "listen_addresses = ''\nmax_prepared_transactions = 10\nmax_connections = 50\nfsync = off\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("monolith-pg-").FullName;
    private readonly string _programs;
    private Process? _server;

    private PostgresServer(string programs) => _programs = programs;

    /// <summary>The folder of the newest installed server's programs; null where there is none.</summary>
    public static string? Programs { get; } = FindPrograms();

    public string ConnectionString => $"Host={_folder};Username=postgres;Database=postgres";

    private string Data => Path.Combine(_folder, "data");

    public static async Task<PostgresServer> StartAsync(string programs)
    {
        var server = new PostgresServer(programs);
        // The server refuses to run as root, and the folder must be its user's.
        if (Environment.IsPrivilegedProcess) await RunAsync("chown", "postgres", server._folder);
        await RunAsUserAsync($"'{programs}/initdb' -D '{server.Data}' -U postgres -A trust -E UTF8 --no-locale --no-sync");
        await File.AppendAllTextAsync(
            Path.Combine(server.Data, "postgresql.conf"), $"{Settings}unix_socket_directories = '{server._folder}'\n");
        await server.LaunchAsync();
        return server;
    }

    /// <summary>Ends the server as an administrator would who is in a hurry: sessions are told so, and closed.</summary>
    public async Task StopAsync()
    {
        await RunAsUserAsync($"'{_programs}/pg_ctl' stop -D '{Data}' -m fast -w");
        await _server!.WaitForExitAsync();
    }

    public async Task LaunchAsync()
    {
        // What reads the empty input ends with this process, and then ends the server, however this process ended.
        var start = AsUser($"exec 3<&0; '{_programs}/postgres' -D '{Data}' > '{_folder}/log' 2>&1 3<&- & server=$!; "
            + "(read -r line <&3; kill -QUIT $server) & watch=$!; wait $server; kill $watch");
        start.WorkingDirectory = "/";
        start.RedirectStandardInput = true;
        _server = Process.Start(start)!;
        await RunAsUserAsync($"for i in $(seq 600); do '{_programs}/pg_isready' -q -h '{_folder}' && exit 0; sleep 0.1; done; exit 1");
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (_server is { HasExited: false }) await RunAsUserAsync($"'{_programs}/pg_ctl' stop -D '{Data}' -m immediate -w");
        _server?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string? FindPrograms()
    {
        var installed = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql") : [];
        var inPath = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? [];
        return installed.Select(version => Path.Combine(version, "bin")).OrderByDescending(folder => folder.Length)
            .ThenByDescending(folder => folder, StringComparer.Ordinal).Concat(inPath)
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")));
    }

    private static ProcessStartInfo AsUser(string script) => Environment.IsPrivilegedProcess
        ? new ProcessStartInfo("setpriv", ["--reuid=postgres", "--regid=postgres", "--init-groups", "sh", "-c", script])
        : new ProcessStartInfo("sh", ["-c", script]);

    private static Task RunAsUserAsync(string script)
    {
        var start = AsUser(script + " > /dev/null");
        start.WorkingDirectory = "/";
        return RunAsync(start);
    }

    private static Task RunAsync(string program, params string[] arguments) => RunAsync(new ProcessStartInfo(program, arguments));

    private static async Task RunAsync(ProcessStartInfo start)
    {
        start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{start.FileName} failed: {errors}");
    }
}
