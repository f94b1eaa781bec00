//go:build tools

// Package helm pins the version of Helm that renders the chart of deploy/helm in the tests.
package helm

import _ "helm.sh/helm/v3/cmd/helm"
